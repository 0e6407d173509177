using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Engine.Delivery.Redis;
using Engagement.Engine.Stream.Kafka;

namespace Engagement.Server.Hosting;

/// <summary>The log and the store that several nodes share. Immutable.</summary>
public sealed record ClusterOptions
{
    /// <summary>Kafka's brokers to ask first, <c>host:port</c> with commas between.</summary>
    public required string Kafka { get; init; }

    /// <summary>Further properties of the Kafka client, secrets among them.</summary>
    public ImmutableDictionary<string, string> KafkaProperties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Version of brokers that cannot say what they understand, such as <c>0.9.0.1</c>; null: the client asks them.</summary>
    public string? BrokerVersion { get; init; }

    /// <summary>Name of this node that stays over restarts; null: none.</summary>
    public string? KafkaInstance { get; init; }

    /// <summary>Partitions of every topic; null: as in <c>deploy/topics.yaml</c>.</summary>
    public int? KafkaPartitions { get; init; }

    /// <summary>Copies of each record that there should be, where fewer brokers are there than the plan wants; null: as in <c>deploy/topics.yaml</c>.</summary>
    public int? KafkaReplication { get; init; }

    /// <summary>Consumer group of the engines; null: the default of <see cref="Engine.EngineOptions.Group"/>.</summary>
    public string? KafkaGroup { get; init; }

    /// <summary>A node that is silent for so long loses its partitions; null: the default of <see cref="KafkaOptions.SessionTimeout"/>.</summary>
    public TimeSpan? KafkaSession { get; init; }

    /// <summary>Redis as the client's configuration says it: <c>host:port</c> with commas between, then options such as <c>ssl=true</c>. No password.</summary>
    public required string Redis { get; init; }

    /// <summary>User of Redis' access list; null: the default user.</summary>
    public string? RedisUser { get; init; }

    /// <summary>Password of that user; null: none.</summary>
    public string? RedisPassword { get; init; }

    /// <summary>PEM file of the authorities whose certificate Redis shows; null: the system's, where TLS is spoken at all.</summary>
    public string? RedisTlsAuthorityFile { get; init; }

    /// <summary>PEM file of this node's own certificate for Redis, with <see cref="RedisTlsKeyFile"/>; null where none is asked.</summary>
    public string? RedisTlsCertificateFile { get; init; }

    /// <summary>PEM file of the key to <see cref="RedisTlsCertificateFile"/>.</summary>
    public string? RedisTlsKeyFile { get; init; }

    /// <summary>Bytes of events that may wait on this node's disk. Default <see cref="Limits.SpoolBytesDefault"/>.</summary>
    public long SpoolBytesMax { get; init; } = Limits.SpoolBytesDefault;

    /// <summary>What neither client would take; empty when all is well.</summary>
    public IReadOnlyList<string> Errors => [.. ToKafka().Validate().Select(e => $"--kafka: {e}"), .. ToRedis().Validate().Select(e => $"--redis: {e}")];

    public KafkaOptions ToKafka()
    {
        var kafka = new KafkaOptions { BootstrapServers = Kafka, BrokerVersion = BrokerVersion, InstanceId = KafkaInstance, Properties = KafkaProperties };
        kafka = KafkaSession is { } session ? kafka with { SessionTimeout = session } : kafka;
        return KafkaPartitions is { } partitions ? kafka with { Partitions = partitions } : kafka;
    }

    /// <summary>A file for TLS means TLS; <c>ssl=true</c> alone trusts the system's authorities.</summary>
    public RedisOptions ToRedis() => new()
    {
        Configuration = Redis, User = RedisUser, Password = RedisPassword,
        Tls = (RedisTlsAuthorityFile ?? RedisTlsCertificateFile ?? RedisTlsKeyFile) is not null,
        TlsAuthorityFile = RedisTlsAuthorityFile, TlsCertificateFile = RedisTlsCertificateFile, TlsKeyFile = RedisTlsKeyFile,
    };

    /// <summary>The topics as they should be here.</summary>
    public IReadOnlyList<TopicPlan> Plan(IEnumerable<TopicPlan> plans) =>
        [.. plans.Select(p => p.WithPartitions(KafkaPartitions ?? p.Partitions)).Select(p => p.WithReplication(KafkaReplication ?? p.Replication))];

    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"kafka {Kafka}, redis {Redis}";
}
