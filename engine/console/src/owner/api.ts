// Every call that the owner's page makes; nothing else of it knows a path or a header.
import { callTimeoutMs, refusalOf, request } from '../call.ts';
import type { GapReport, Overview } from './contract.ts';

/** The whole log is read for a report. */
const reportTimeoutMs = 120_000;

export class OwnerApi {
  constructor(private readonly key: string, private readonly send: typeof fetch = (...call) => fetch(...call)) {}

  /** @param language Of the reasons' words. */
  async overview(language: string): Promise<Overview> {
    return (await this.get(`/v1/overview?language=${encodeURIComponent(language)}`, 'application/json', callTimeoutMs)).json();
  }

  async gaps(days: number): Promise<GapReport> {
    return (await this.get(`/v1/gaps?days=${days}`, 'application/json', reportTimeoutMs)).json();
  }

  /** As the engine writes it: what a spreadsheet would run is defused. */
  async gapsCsv(days: number): Promise<Blob> {
    return (await this.get(`/v1/gaps?days=${days}`, 'text/csv', reportTimeoutMs)).blob();
  }

  private async get(path: string, accept: string, timeoutMs: number): Promise<Response> {
    const response = await request(path, { headers: { Accept: accept }, signal: AbortSignal.timeout(timeoutMs) }, this.key, this.send);
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
}
