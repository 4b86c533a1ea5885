// A fetch that notes what a client really sends.
export function observed() {
  const requests = [];
  async function noted(input, init = {}) {
    const request = new Request(input, init);
    const body = request.method === "POST" ? await request.clone().json() : {};
    const url = new URL(request.url);
    const asked = request.method === "POST" ? Object.keys(body) : [...url.searchParams.keys()];
    const response = await fetch(request);
    requests.push({ method: request.method, asked: asked.sort(), status: response.status });
    return response;
  }
  return { fetch: noted, requests };
}

export function print(found) {
  process.stdout.write(JSON.stringify(found));
}
