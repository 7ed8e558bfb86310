// Talking to the server this page came from.

function posted(body, signal) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal };
}

function kind(answer) {
  return answer.headers.get("content-type") ?? "";
}

export async function ask(path, body) {
  const answer = await fetch(path, body === undefined ? {} : posted(body));
  if (!kind(answer).includes("json")) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

// Start runs and hand on every event; aborting the signal ends the runs.
export async function follow(path, body, signal, tell) {
  const answer = await fetch(path, posted(body, signal));
  if (!kind(answer).includes("event-stream")) {
    tell(await answer.json());
    return;
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (left + value).split("\n\n");
    left = parts.pop();
    for (const part of parts) tell(JSON.parse(part.replace(/^data: /, "")));
  }
}
