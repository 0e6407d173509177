using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Engagement.Server.Demo;

/// <summary>
/// Simulated visitors of the demo at a watchable pace: a new one every 1 to 2 s, at most <see cref="VisitorsMax"/> at once, on a site and with
/// agents of their own, so that none of them ever takes the newcomer's agent. They speak to the server over HTTP like anybody else.
/// </summary>
internal sealed class TrafficService(
    TrafficState state, IServer server, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<TrafficService> logger) : BackgroundService
{
    /// <summary>More would only load the machine; a visitor who finds it full does not come.</summary>
    private const int VisitorsMax = 48;

    private const string Agent = "sim-agent";
    private const int AgentCapacity = 1;
    private static readonly TimeSpan PresenceEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Task, bool> _visits = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await StartedAsync(stoppingToken)) return;
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) };
        var client = new TrafficClient(http, address);
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        logger.LogInformation("Simulated visitors are coming, seed {Seed}", seed);
        state.Run(client.CountAsync);
        var agents = new SimulatedAgent(client, http, Agent, AgentCapacity, new Random(seed), time);
        try
        {
            await Task.WhenAll(agents.StayAsync(PresenceEvery, stoppingToken), agents.WorkAsync(stoppingToken), ComeAsync(client, seed, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            await Task.WhenAll(_visits.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ComeAsync(TrafficClient client, int seed, CancellationToken stopping)
    {
        var scripts = new VisitScripts(DemoContent.Read(DemoEndpoints.Root), seed);
        while (true)
        {
            if (_visits.Count < VisitorsMax) Begin(client, scripts, stopping);
            await Task.Delay(scripts.Gap(), time, stopping);
        }
    }

    private void Begin(TrafficClient client, VisitScripts scripts, CancellationToken stopping)
    {
        var answer = scripts.Chance(0.5) ? "accepted" : scripts.Chance(0.6) ? "declined" : null;
        var manners = new VisitManners(answer, scripts.Between(2.1, 3.5), scripts.Between(1, 5));
        var visit = VisitAsync(new SimulatedVisitor(client, scripts.Next(), manners, time), stopping);
        _visits.TryAdd(visit, true);
        _ = visit.ContinueWith(done => _visits.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task VisitAsync(SimulatedVisitor visitor, CancellationToken stopping)
    {
        await Task.Yield();
        if (await visitor.VisitAsync(stopping) is { } ended) state.Ended(ended.Outcome, ended.Words);
    }

    private async Task<bool> StartedAsync(CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStarted, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }
}
