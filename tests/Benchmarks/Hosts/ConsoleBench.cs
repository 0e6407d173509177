using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Engagement.Testing;

namespace Benchmarks.Hosts;

/// <summary>
/// Agents' consoles at one node, as many as are asked for: each holds its stream of cards and its connection of conversations and says every ten seconds
/// that it is there. What they cost the node in memory and processor, and how long a card takes to all of their screens.
/// </summary>
internal static class ConsoleBench
{
    private const int Probes = 60;
    private const int WarmingProbes = 10;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(int consoles)
    {
        await using var server = await ServerProcess.StartAsync();
        using var stop = new CancellationTokenSource();
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.AgentToken);
        // One agent who can take them all: whose card it is does not matter, all see it.
        await server.TrySetPresenceAsync("ada", 100_000);
        await Task.Delay(Settling / 4);
        var before = server.WorkingSetBytes;
        Console.WriteLine($"opening {consoles:N0} consoles …");
        var screens = new List<Screen>(consoles);
        for (var i = 0; i < consoles; i++) screens.Add(await Screen.OpenAsync(http, server.Address, $"agent-{i}", stop.Token));
        var beating = Task.WhenAll(HostBench.PresenceAsync(server, "ada", 100_000, 0, stop.Token), Task.WhenAll(screens.Select((s, i) => HostBench.PresenceAsync(server, s.Agent, 0, i / (double)consoles, stop.Token))));
        await Task.Delay(Settling);
        var processor = server.ProcessorTime;
        var clock = Stopwatch.StartNew();
        await Task.Delay(Settling);
        var idle = (server.ProcessorTime - processor) / clock.Elapsed;
        var after = server.WorkingSetBytes;
        Console.WriteLine(Invariant($"consoles: {consoles:N0} at one node, each with its stream of cards, its conversation hub and its heartbeat every {HostBench.Heartbeat.TotalSeconds:F0} s"));
        Console.WriteLine(Invariant($"  working set           {before / 1048576.0,8:F0} MiB before, {after / 1048576.0:F0} MiB with them: {(after - before) / 1024.0 / consoles:F1} KiB each"));
        Console.WriteLine(Invariant($"  processor, idle       {idle,8:P0} of one core"));

        var (firsts, lasts, all) = (new List<double>(), new List<double>(), new List<double>());
        for (var probe = -WarmingProbes; probe < Probes; probe++)
        {
            var arrivals = await CardAsync(server, screens, $"probe{probe}");
            if (probe < 0) continue;
            firsts.Add(arrivals[0]);
            lasts.Add(arrivals[^1]);
            all.AddRange(arrivals);
        }
        Console.WriteLine(Invariant($"  POST to card, of {Probes} cards at {consoles:N0} screens: first p50 {HostBench.Percentile([firsts], 0.5):F1} ms; every screen p50 {HostBench.Percentile([all], 0.5):F0}  p95 {HostBench.Percentile([all], 0.95):F0}  p99 {HostBench.Percentile([all], 0.99):F0} ms; last p50 {HostBench.Percentile([lasts], 0.5):F0}  p95 {HostBench.Percentile([lasts], 0.95):F0} ms"));
        Console.WriteLine(Invariant($"  working set, after    {server.WorkingSetBytes / 1048576.0,8:F0} MiB"));
        await stop.CancelAsync();
        await beating;
        foreach (var screen in screens) await screen.DisposeAsync();
        return 0;
    }

    /// <summary>One visitor flounders; milliseconds from her decisive search to her card at each screen, in order.</summary>
    private static async Task<double[]> CardAsync(ServerProcess server, List<Screen> screens, string visitor)
    {
        foreach (var screen in screens) screen.Forget();
        for (var search = 0; search < 8; search++)
        {
            var started = Stopwatch.GetTimestamp();
            await server.PostEventsAsync(EventBodies.FruitlessSearch(visitor, search));
            // The searches before bring none; how many it takes is the engine's to say.
            if (!await screens[0].HasCardWithinAsync(search < 2 ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromSeconds(1))) continue;
            foreach (var screen in screens)
                if (!await screen.HasCardWithinAsync(Patience)) throw new InvalidOperationException($"A console had no card of {visitor} within {Patience}.");
            return [.. screens.Select(s => Stopwatch.GetElapsedTime(started, s.ArrivedAt).TotalMilliseconds).Order()];
        }
        throw new InvalidOperationException($"Eight fruitless searches of {visitor} brought no card.");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>One console's two connections; notes when the next reserved card has come.</summary>
    private sealed class Screen : IAsyncDisposable
    {
        private static readonly byte[] Reserved = Encoding.UTF8.GetBytes("\"kind\":\"reserved\"");
        private readonly HttpResponseMessage _stream;
        private readonly HubClient _hub;
        private readonly Task _reading;
        private TaskCompletionSource _card = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Screen(string agent, HttpResponseMessage stream, Stream body, HubClient hub, CancellationToken stop)
        {
            (Agent, _stream, _hub) = (agent, stream, hub);
            _reading = ReadAsync(body, stop);
        }

        public string Agent { get; }
        public long ArrivedAt { get; private set; }

        public static async Task<Screen> OpenAsync(HttpClient http, Uri server, string agent, CancellationToken stop)
        {
            var response = await http.GetAsync("/v1/agents/cards/stream", HttpCompletionOption.ResponseHeadersRead, stop);
            response.EnsureSuccessStatusCode();
            return new Screen(agent, response, await response.Content.ReadAsStreamAsync(stop), await HubClient.OpenAsync(server, ServerProcess.AgentToken, agent), stop);
        }

        public void Forget()
        {
            if (_card.Task.IsCompleted) _card = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        public async Task<bool> HasCardWithinAsync(TimeSpan patience)
        {
            try
            {
                await _card.Task.WaitAsync(patience);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            _stream.Dispose();
            await _reading;
            await _hub.DisposeAsync();
        }

        /// <summary>A card is a kilobyte or so and comes in one piece or two; its kind stands in the first.</summary>
        private async Task ReadAsync(Stream body, CancellationToken stop)
        {
            var buffer = new byte[8 * 1024];
            try
            {
                while (await body.ReadAsync(buffer, stop) is > 0 and var read)
                {
                    if (buffer.AsSpan(0, read).IndexOf(Reserved) < 0) continue;
                    ArrivedAt = Stopwatch.GetTimestamp();
                    _card.TrySetResult();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The benchmark is over.
            }
        }
    }
}
