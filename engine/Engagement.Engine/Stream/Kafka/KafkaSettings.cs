using System.Collections.Frozen;
using System.Globalization;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>librdkafka's properties for each kind of client, each with its reason. Pure but for the questions to librdkafka.</summary>
internal static class KafkaSettings
{
    /// <summary>Of a readiness check; a broker that takes longer is away.</summary>
    public static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Of a question for a partition's bounds, whose first may need a connection.</summary>
    public static readonly TimeSpan BoundsTimeout = TimeSpan.FromSeconds(3);

    private const string Ours = "set by the engine itself";

    /// <summary>What may not be passed through, and why.</summary>
    private static readonly FrozenDictionary<string, string> Refused = new Dictionary<string, string>
    {
        ["acks"] = "an acknowledged event must be with all replicas",
        ["request.required.acks"] = "an acknowledged event must be with all replicas",
        ["enable.idempotence"] = "order and no duplicates rest on it; brokerVersion decides",
        ["enable.gapless.guarantee"] = "an append that times out must not stop the producer",
        ["max.in.flight"] = "order over retries rests on it",
        ["max.in.flight.requests.per.connection"] = "order over retries rests on it",
        ["retries"] = "order and bounded time rest on it",
        ["message.send.max.retries"] = "order and bounded time rest on it",
        ["transactional.id"] = "appends are no transactions",
        ["partitioner"] = "the partition is murmur2(key), found by the engine",
        ["enable.auto.commit"] = "the checkpoint is the truth; the group only mirrors it",
        ["auto.commit.enable"] = "the checkpoint is the truth; the group only mirrors it",
        ["enable.auto.offset.store"] = "the checkpoint is the truth; the group only mirrors it",
        ["auto.commit.interval.ms"] = Ours,
        ["auto.offset.reset"] = Ours,
        ["enable.partition.eof"] = "the engine must know when it has caught up",
        ["partition.assignment.strategy"] = Ours,
        ["group.id"] = "the consumer group is the engine's option",
        ["group.protocol"] = Ours,
        ["group.instance.id"] = "use instanceId",
        ["session.timeout.ms"] = "use sessionTimeout",
        ["message.timeout.ms"] = "use appendTimeout",
        ["delivery.timeout.ms"] = "use appendTimeout",
        ["bootstrap.servers"] = "use bootstrapServers",
        ["metadata.broker.list"] = "use bootstrapServers",
        ["client.id"] = "use clientId",
        ["api.version.request"] = "use brokerVersion",
        ["broker.version.fallback"] = "use brokerVersion",
        ["queue.buffering.max.messages"] = "the bound is the engine's, so that it can answer busy",
        ["queue.buffering.max.kbytes"] = "the bound is the engine's, so that it can answer busy",
        ["queued.max.messages.kbytes"] = "use fetchAheadBytesMax",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What is wrong with a property to be passed through; null when nothing is.</summary>
    public static string? FindFault(string name, string value)
    {
        if (Refused.TryGetValue(name, out var why)) return $"properties: {name}: refused: {why}";
        return NativeClient.FindFault(name, value) is { } fault ? $"properties: {name}: {fault}" : null;
    }

    public static Dictionary<string, string> Admin(KafkaOptions options) => Common(options, "admin");

    public static Dictionary<string, string> Producer(KafkaOptions options)
    {
        var settings = Common(options, "producer");
        settings["acks"] = "all";
        settings["message.timeout.ms"] = Ms(options.AppendTimeout);
        settings["linger.ms"] = options.Properties.GetValueOrDefault("linger.ms", "2");
        // Above what AppendBudget lets wait, so that it alone decides what is too much.
        settings["queue.buffering.max.messages"] = (2 * AppendBudget.RecordsMax).ToString(CultureInfo.InvariantCulture);
        settings["queue.buffering.max.kbytes"] = (4 * Core.Limits.AppendQueueBytesMax / 1024).ToString(CultureInfo.InvariantCulture);
        if (options.BrokerVersion is null) settings["enable.idempotence"] = "true";
        else settings["max.in.flight"] = "1";
        return settings;
    }

    /// <summary>The member of a group: it only learns what is assigned; <see cref="Fetch"/> reads.</summary>
    public static Dictionary<string, string> Member(KafkaOptions options, string group)
    {
        var settings = Common(options, "member");
        settings["group.id"] = group;
        // Partitions that stay are not taken away meanwhile. The protocol lies in what members tell each other, so that old brokers carry it too.
        settings["partition.assignment.strategy"] = "cooperative-sticky";
        settings["session.timeout.ms"] = Ms(options.SessionTimeout);
        settings["heartbeat.interval.ms"] = Ms(Min(options.SessionTimeout / 10, TimeSpan.FromSeconds(1)));
        // Only what CommitAsync stores is committed: by librdkafka's own timer once a second, on revocation, and at the close. Nothing waits for it.
        settings["enable.auto.commit"] = "true";
        settings["enable.auto.offset.store"] = "false";
        settings["auto.commit.interval.ms"] = "1000";
        settings["auto.offset.reset"] = "latest";
        if (options.InstanceId is { } instance) settings["group.instance.id"] = instance;
        return settings;
    }

    /// <summary>The reader of partitions.</summary>
    /// <param name="wait">How long a broker may hold a request for which it has nothing: so late a partition that is begun, or its end, may be noticed.</param>
    public static Dictionary<string, string> Fetch(KafkaOptions options, TimeSpan wait)
    {
        var settings = Common(options, "reader");
        settings["enable.partition.eof"] = "true";
        // A position before the first record still kept goes on with that one.
        settings["auto.offset.reset"] = "earliest";
        settings["enable.auto.commit"] = "false";
        settings["fetch.wait.max.ms"] = Ms(wait);
        settings["fetch.error.backoff.ms"] = "100";
        // The bytes bound the memory; the count must not stop the fetching of small records, because it begins again only a second later.
        settings["queued.min.messages"] = "1000000";
        settings["queued.max.messages.kbytes"] = (options.FetchAheadBytesMax / 1024).ToString(CultureInfo.InvariantCulture);
        // A broker searches its log anew for each fetch, message by message within what one producer's batch wrote: fewer and larger ones cost it less.
        settings["fetch.message.max.bytes"] = (options.FetchAheadBytesMax / 4).ToString(CultureInfo.InvariantCulture);
        if (NativeClient.Knows("fetch.queue.backoff.ms", "10")) settings["fetch.queue.backoff.ms"] = "10";
        return settings;
    }

    private static Dictionary<string, string> Common(KafkaOptions options, string role)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = options.BootstrapServers,
            ["client.id"] = $"{options.ClientId}-{role}",
            ["topic.metadata.refresh.interval.ms"] = "60000",
            // A broker that comes back is found within a second, and one that was cut off is given up in ten.
            ["reconnect.backoff.ms"] = "50",
            ["reconnect.backoff.max.ms"] = "1000",
            ["socket.timeout.ms"] = "10000",
            ["socket.keepalive.enable"] = "true",
            ["socket.nagle.disable"] = "true",
            ["log.connection.close"] = "false",
        };
        foreach (var (name, value) in options.Properties) settings[name] = value;
        if (options.BrokerVersion is not { } version) return settings;
        settings["api.version.request"] = "false";
        settings["broker.version.fallback"] = version;
        return settings;
    }

    private static string Ms(TimeSpan span) => ((int)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
