namespace Integration.Tests.Chaos;

/// <summary>What is done to the cluster.</summary>
internal enum ChaosKind
{
    /// <summary>An engine is killed and started again at once, as a supervisor does.</summary>
    EngineKilled,

    /// <summary>An engine is killed and stays away until the other has all partitions; then it comes back.</summary>
    EngineLost,
    CollectorKilled,
    BrokerKilled,
    RedisKilled,

    /// <summary>Redis comes back with nothing of what it held.</summary>
    RedisEmptied,

    /// <summary>An engine is stopped for longer than the group's session lasts, then goes on: it must find itself fenced.</summary>
    EngineSuspended,
    EngineBrokerCut,
    EngineRedisCut,
    CollectorBrokerCut,
    CollectorRedisCut,
    EngineIsolated,
}

/// <summary>Which actions, in which order; seeded.</summary>
internal static class ChaosSchedule
{
    /// <summary>How often each kind comes: what recovers fast is done more often, so that two hundred of them fit into twenty minutes.</summary>
    private static readonly Dictionary<ChaosKind, int> Weights = new()
    {
        [ChaosKind.EngineKilled] = 22, [ChaosKind.EngineLost] = 10, [ChaosKind.CollectorKilled] = 44, [ChaosKind.BrokerKilled] = 18, [ChaosKind.RedisKilled] = 36,
        [ChaosKind.RedisEmptied] = 18, [ChaosKind.EngineSuspended] = 8, [ChaosKind.EngineBrokerCut] = 10, [ChaosKind.EngineRedisCut] = 10,
        [ChaosKind.CollectorBrokerCut] = 10, [ChaosKind.CollectorRedisCut] = 10, [ChaosKind.EngineIsolated] = 6,
    };

    /// <summary>As the table of recoveries says it.</summary>
    public static string Name(ChaosKind kind) => kind switch
    {
        ChaosKind.EngineKilled => "engine killed, started again at once",
        ChaosKind.EngineLost => "engine killed, back after the other took over",
        ChaosKind.CollectorKilled => "collector killed",
        ChaosKind.BrokerKilled => "Kafka broker killed",
        ChaosKind.RedisKilled => "Redis killed, back with its file",
        ChaosKind.RedisEmptied => "Redis killed, back empty",
        ChaosKind.EngineSuspended => "engine suspended past its session, then resumed",
        ChaosKind.EngineBrokerCut => "network cut engine to broker",
        ChaosKind.EngineRedisCut => "network cut engine to Redis",
        ChaosKind.CollectorBrokerCut => "network cut collector to broker",
        ChaosKind.CollectorRedisCut => "network cut collector to Redis",
        _ => "engine cut off from everybody",
    };

    public static bool NeedsNetwork(ChaosKind kind) => kind >= ChaosKind.EngineBrokerCut;

    /// <summary>So many actions: one of each kind first, the rest by weight, all shuffled.</summary>
    public static List<ChaosKind> Draw(int count, bool withNetwork, Random random)
    {
        var kinds = Enum.GetValues<ChaosKind>().Where(k => withNetwork || !NeedsNetwork(k)).ToArray();
        var rest = kinds.SelectMany(k => Enumerable.Repeat(k, Weights[k] - 1)).ToArray();
        random.Shuffle(rest);
        while (rest.Length < count) rest = [.. rest, .. rest];
        var drawn = kinds.Concat(rest).Take(count).ToArray();
        random.Shuffle(drawn);
        return [.. drawn];
    }
}
