// Speaks with the server that served the page. The token stands in the page's own address, so paths are relative.

export class Refused extends Error {}

export async function look(person, places, language) {
  const query = new URLSearchParams({ person, language, ...places });
  const answer = await fetch(`api/view?${query}`);
  if (!answer.ok) throw new Refused("error");
  return answer.json();
}

export async function act(verb, body) {
  const answer = await fetch(`api/${verb}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(data.error ? `error:${data.error}` : "error");
  return data;
}

// Calls back with what changed; "hello" after every (re)connection. `lost` is called when the line is down.
export function live(changed, lost) {
  const stream = new EventSource("api/live");
  stream.onmessage = event => changed(event.data);
  stream.onerror = lost;
}

export const fileAddress = (id, account) => `file/${encodeURIComponent(id)}?as=${encodeURIComponent(account)}`;
