using System.Collections.Immutable;
using Engagement.Core;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>How to reach Kafka. Immutable; every value has a bound and a default. <see cref="Validate"/> names all errors at once.</summary>
public sealed record KafkaOptions
{
    /// <summary>Brokers to ask first, <c>host:port</c> with commas between. Required.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>
    /// Version of brokers that cannot say what they understand, those before 0.10, such as <c>0.9.0.1</c>. Null, the default: the client asks them.
    /// An old broker has no idempotent producer (one request is in flight at a time instead), no static membership and no admin requests.
    /// </summary>
    public string? BrokerVersion { get; init; }

    /// <summary>
    /// Partitions of every topic, 1 to 1,024; default <see cref="Limits.KafkaPartitions"/>, as in <c>deploy/topics.yaml</c>. Stated, so that a node can
    /// start while the broker is away; compared with what the broker says as soon as it answers, and nothing is written or read where they differ.
    /// </summary>
    public int Partitions { get; init; } = Limits.KafkaPartitions;

    /// <summary>What the broker's logs and quotas call this node. 1 to 249 characters, default <c>engagement</c>.</summary>
    public string ClientId { get; init; } = "engagement";

    /// <summary>
    /// Name of this node that stays over restarts (static membership): it gets its partitions back when it returns within
    /// <see cref="SessionTimeout"/>, and nobody else is disturbed. One node at a time may bear it. Null, the default: none.
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>A node that is silent for so long loses its partitions. 6 s to 5 min (old brokers: to 30 s), default 10 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A record that the brokers have not acknowledged after so long is given up: the append is unavailable. 1 s to 1 min, default 3 s.</summary>
    public TimeSpan AppendTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Bytes of one partition that are fetched ahead, 1 MiB to 256 MiB; default 16 MiB.</summary>
    public int FetchAheadBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Further properties of librdkafka, passed on unchanged to every client: <c>security.protocol</c>, <c>sasl.*</c>, <c>ssl.*</c>, … Those that this
    /// class sets, or that its guarantees rest on, are refused.
    /// </summary>
    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Every error, empty when all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (BootstrapServers.Split(',').Any(server => !IsServer(server.Trim()))) errors.Add("bootstrapServers: host:port, with commas between");
        if (BrokerVersion is not null && !Version.TryParse(BrokerVersion, out _)) errors.Add("brokerVersion: such as 0.9.0.1, or absent for brokers since 0.10");
        if (BrokerVersion is not null && InstanceId is not null) errors.Add("instanceId: brokers with a brokerVersion know no static membership");
        if (Partitions is < 1 or > 1_024) errors.Add("partitions: 1 to 1024");
        if (ClientId.Length is 0 or > 249) errors.Add("clientId: 1 to 249 characters");
        if (InstanceId is { Length: 0 or > 249 }) errors.Add("instanceId: 1 to 249 characters");
        Bound(SessionTimeout, 6, BrokerVersion is null ? 300 : 30, "sessionTimeout");
        Bound(AppendTimeout, 1, 60, "appendTimeout");
        if (FetchAheadBytesMax is < 1024 * 1024 or > 256 * 1024 * 1024) errors.Add("fetchAheadBytesMax: 1 MiB to 256 MiB");
        errors.AddRange(Properties.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KafkaSettings.FindFault(p.Key, p.Value)).OfType<string>());
        return errors;

        void Bound(TimeSpan value, int secondsMin, int secondsMax, string name)
        {
            if (value < TimeSpan.FromSeconds(secondsMin) || value > TimeSpan.FromSeconds(secondsMax)) errors.Add($"{name}: {secondsMin} s to {secondsMax} s");
        }
    }

    private static bool IsServer(string text) =>
        text.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(text.AsSpan(colon + 1), out var port) && port > 0;
}
