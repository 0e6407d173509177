using System.Text.Json;
using Engagement.Testing;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>What the SDK costs the page that holds it: main-thread time by Chromium's own trace, and bytes.</summary>
public sealed class SdkCostTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const double StartMsMax = 5;
    private const int ScriptGzipBytesMax = 6 * 1024;
    private const int Loads = 7;

    /// <summary>Everything that runs from the SDK's file in the page's first two seconds: its evaluation, its timers, its answers. The median of some loads.</summary>
    [BrowserFact]
    public async Task Start_MainThread_StaysUnderFiveMilliseconds()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var site = await ShopSite.StartAsync(server.Address);
        site.Attributes = "data-consent=\"notRequired\"";
        var costs = new List<double>();
        for (var i = 0; i < Loads; i++)
        {
            await using var person = await browser.NewPersonAsync();
            var page = await person.NewPageAsync();
            await page.GotoAsync("about:blank");
            costs.Add(await TraceAsync(page, () => page.GotoAsync(new Uri(site.Address, "/p/lamp").ToString())));
        }
        costs.Sort();
        var median = costs[Loads / 2];
        output.WriteLine($"ms of processor time on the main thread: {string.Join(' ', costs.Select(c => c.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)))}");
        Assert.InRange(median, 0.05, StartMsMax);
    }

    [BrowserFact]
    public async Task Script_Gzipped_IsAtMostSixKibibytes()
    {
        await using var server = await ServerProcess.StartAsync();
        foreach (var file in (string[])["engagement.js", "engagement-invitation.js"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/sdk/{file}");
            request.Headers.AcceptEncoding.ParseAdd("gzip");
            using var answer = await server.Client.SendAsync(request);
            var bytes = (await answer.Content.ReadAsByteArrayAsync()).Length;
            output.WriteLine($"{file}: {bytes} B");
            Assert.InRange(bytes, 1_000, ScriptGzipBytesMax);
        }
    }

    /// <summary>Milliseconds of thread time in the outermost tasks that belong to the SDK's file.</summary>
    private static async Task<double> TraceAsync(IPage page, Func<Task> load)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        var events = new List<JsonElement>();
        var complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Event("Tracing.dataCollected").OnEvent += (_, data) =>
        {
            lock (events) events.AddRange(data!.Value.GetProperty("value").EnumerateArray().Select(e => e.Clone()));
        };
        session.Event("Tracing.tracingComplete").OnEvent += (_, _) => complete.TrySetResult();
        await session.SendAsync("Tracing.start", new() { ["transferMode"] = "ReportEvents", ["categories"] = "devtools.timeline,v8" });
        await load();
        await Task.Delay(2_000);
        await session.SendAsync("Tracing.end");
        await complete.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var total = 0.0;
        foreach (var thread in events.Where(IsOurs).GroupBy(e => (e.GetProperty("pid").GetInt32(), e.GetProperty("tid").GetInt32())))
        {
            var end = 0L;
            foreach (var e in thread.OrderBy(e => e.GetProperty("ts").GetInt64()).ThenByDescending(e => e.GetProperty("dur").GetInt64()))
            {
                var begin = e.GetProperty("ts").GetInt64();
                if (begin < end) continue; // within one that is counted
                end = begin + e.GetProperty("dur").GetInt64();
                total += e.TryGetProperty("tdur", out var time) ? time.GetInt64() : e.GetProperty("dur").GetInt64();
            }
        }
        return total / 1_000;
    }

    private static bool IsOurs(JsonElement e) =>
        e.TryGetProperty("dur", out _) && e.GetProperty("name").GetString() is "EvaluateScript" or "FunctionCall" or "v8.compile" or "v8.run" or "RunMicrotasks"
        && e.TryGetProperty("args", out var args) && args.GetRawText().Contains("/sdk/", StringComparison.Ordinal);
}
