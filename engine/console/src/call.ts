// How the engine is called, whoever calls; which paths there are stands elsewhere.
import type { Problem } from './contract.ts';

export const callTimeoutMs = 15_000;

/** A refusal as the engine words it. `status` 0: the engine was not reached. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`);
    this.name = 'Refused';
  }
  get status(): number { return this.problem.status; }
  get code(): string { return this.problem.code ?? ''; }
}

/** Under a credential, without cookies, from no cache, to nowhere else. Throws where the engine was not reached. */
export async function request(path: string, init: RequestInit, bearer: string, send: typeof fetch): Promise<Response> {
  try {
    return await send(path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${bearer}` }, cache: 'no-store', credentials: 'omit', redirect: 'error' });
  } catch (error) {
    throw new Refused({ status: 0, code: 'not_reached', detail: String(error) });
  }
}

export async function refusalOf(response: Response): Promise<Refused> {
  const problem = (response.headers.get('Content-Type') ?? '').includes('json') ? await response.json().catch(() => ({})) : {};
  return new Refused({ ...problem, status: response.status });
}
