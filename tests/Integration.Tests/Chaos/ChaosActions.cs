using System.Diagnostics;

namespace Integration.Tests.Chaos;

/// <summary>Does one thing to the cluster, and undoes it. Returns when the cause is gone, with a clock that runs since then.</summary>
internal sealed class ChaosActions(ChaosCluster cluster, RecoveryProbe probe, RecoveryTable recoveries, Random random)
{
    public async Task<Stopwatch> RunAsync(ChaosKind kind)
    {
        var engine = ChaosCluster.Engines[random.Next(2)];
        switch (kind)
        {
            case ChaosKind.EngineKilled:
                return await KillNodeAsync(engine);
            case ChaosKind.EngineLost:
                await cluster.Nodes[engine].KillAsync();
                await TakenOverAsync(engine);
                return await StartAsync(engine);
            case ChaosKind.CollectorKilled:
                return await KillNodeAsync(ChaosCluster.Collector);
            case ChaosKind.BrokerKilled:
                await cluster.Kafka.KillAsync();
                await WaitAsync(0.2, 3);
                await cluster.Kafka.RestartAsync();
                return Stopwatch.StartNew();
            case ChaosKind.RedisKilled:
                await cluster.Store.KillAsync();
                await WaitAsync(0.1, 2);
                await cluster.Store.StartAgainAsync();
                return Stopwatch.StartNew();
            case ChaosKind.RedisEmptied:
                await cluster.Store.KillAsync();
                await WaitAsync(0.1, 2);
                await cluster.Store.RestartAsync(empty: true);
                return Stopwatch.StartNew();
            case ChaosKind.EngineSuspended:
                await cluster.Nodes[engine].SuspendAsync();
                await TakenOverAsync(engine);
                await cluster.Nodes[engine].ContinueAsync();
                return Stopwatch.StartNew();
            case ChaosKind.EngineBrokerCut:
                return await CutAsync(engine, ChaosCluster.Broker);
            case ChaosKind.EngineRedisCut:
                return await CutAsync(engine, ChaosCluster.Redis);
            case ChaosKind.CollectorBrokerCut:
                return await CutAsync(ChaosCluster.Collector, ChaosCluster.Broker);
            case ChaosKind.CollectorRedisCut:
                return await CutAsync(ChaosCluster.Collector, ChaosCluster.Redis);
            case ChaosKind.EngineIsolated:
                await cluster.Network!.IsolateAsync(engine);
                await WaitAsync(1, 10);
                await cluster.Network.RejoinAsync(engine);
                return Stopwatch.StartNew();
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    private async Task<Stopwatch> KillNodeAsync(string name)
    {
        await cluster.Nodes[name].KillAsync();
        await WaitAsync(0, 1);
        return await StartAsync(name);
    }

    private async Task<Stopwatch> StartAsync(string name)
    {
        var clock = Stopwatch.StartNew();
        await cluster.Nodes[name].StartAsync();
        return clock;
    }

    /// <summary>Until the other engine works on every partition.</summary>
    private async Task TakenOverAsync(string engine) =>
        recoveries.Add("(until the other engine has all partitions)", await probe.TakenOverAsync(ChaosCluster.Engines.Single(e => e != engine)));

    private async Task<Stopwatch> CutAsync(string one, string other)
    {
        await cluster.Network!.CutAsync(one, other);
        await WaitAsync(1, 6);
        await cluster.Network.HealAsync(one, other);
        return Stopwatch.StartNew();
    }

    private Task WaitAsync(double secondsMin, double secondsMax) => Task.Delay(TimeSpan.FromSeconds(secondsMin + random.NextDouble() * (secondsMax - secondsMin)));
}
