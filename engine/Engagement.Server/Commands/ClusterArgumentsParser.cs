using System.CommandLine;
using Engagement.Core;
using Engagement.Engine;
using Engagement.Engine.Stream.Kafka;
using Engagement.Server.Hosting;

namespace Engagement.Server.Commands;

/// <summary>The options of <c>serve</c> that name the log and the store of a cluster.</summary>
internal sealed class ClusterArgumentsParser
{
    private readonly Option<string?> _kafka = new("--kafka") { Description = "Kafka's brokers, HOST:PORT with commas between: the log of a cluster; needs --redis" };
    private readonly Option<string[]> _property = new("--kafka-property")
    {
        Description = "A property of librdkafka, NAME=VALUE, such as security.protocol=sasl_ssl; may be repeated; no secrets", DefaultValueFactory = _ => [],
    };
    private readonly Option<FileInfo?> _properties = new("--kafka-properties") { Description = "A file of such properties, one a line, # for comments: the place for secrets" };
    private readonly Option<string?> _brokerVersion = new("--broker-version") { Description = "Of brokers before 0.10, which cannot say it themselves, such as 0.9.0.1" };
    private readonly Option<string?> _instance = new("--kafka-instance")
    {
        Description = "Name of this node that stays over restarts (static membership): it gets its partitions back, and no other node is disturbed",
    };
    private readonly Option<int?> _partitions = new("--kafka-partitions") { Description = "Partitions of every topic; default as in deploy/topics.yaml" };
    private readonly Option<int?> _replication = new("--kafka-replication") { Description = "Copies of each record that readiness asks for, where fewer brokers are there than deploy/topics.yaml wants" };
    private readonly Option<string?> _group = new("--kafka-group") { Description = $"Consumer group of the engines; default {new EngineOptions().Group}" };
    private readonly Option<int?> _session = new("--kafka-session-seconds")
    {
        Description = $"An engine that is silent for so long loses its partitions; 6 to 300 (brokers before 0.10: 30), default {new KafkaOptions { BootstrapServers = "" }.SessionTimeout.TotalSeconds}",
    };
    private readonly Option<string?> _redis = new("--redis")
    {
        Description = $"Redis, HOST:PORT with commas between, then options such as ssl=true: the store of a cluster; needs --kafka. Password: {ClusterReader.RedisPasswordVariable} or {ClusterReader.RedisPasswordFileVariable}",
    };
    private readonly Option<string?> _redisUser = new("--redis-user") { Description = "User of Redis' access list; default: its default user" };
    private readonly Option<FileInfo?> _redisAuthority = new("--redis-tls-ca") { Description = "PEM file of the authority that signed Redis' certificate: TLS, trusting nobody else" };
    private readonly Option<FileInfo?> _redisCertificate = new("--redis-tls-cert") { Description = "PEM file of this node's certificate, where Redis asks for one; needs --redis-tls-key" };
    private readonly Option<FileInfo?> _redisKey = new("--redis-tls-key") { Description = "PEM file of the key to it" };
    private readonly Option<long?> _spoolBytes = new("--spool-bytes")
    {
        Description = $"Bytes of events that may wait in the data directory while Kafka is away; default {Limits.SpoolBytesDefault}. Full: 503 with Retry-After",
    };

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _kafka, _property, _properties, _brokerVersion, _instance, _partitions, _replication, _group, _session,
            _redis, _redisUser, _redisAuthority, _redisCertificate, _redisKey, _spoolBytes,
        ];
        foreach (var option in options) command.Add(option);
    }

    public ClusterArguments Parse(ParseResult result) => new()
    {
        Kafka = result.GetValue(_kafka),
        KafkaProperty = result.GetValue(_property) ?? [],
        KafkaPropertiesFile = result.GetValue(_properties)?.FullName,
        BrokerVersion = result.GetValue(_brokerVersion),
        KafkaInstance = result.GetValue(_instance),
        KafkaPartitions = result.GetValue(_partitions),
        KafkaReplication = result.GetValue(_replication),
        KafkaGroup = result.GetValue(_group),
        KafkaSessionSeconds = result.GetValue(_session),
        Redis = result.GetValue(_redis),
        RedisUser = result.GetValue(_redisUser),
        RedisTlsAuthorityFile = result.GetValue(_redisAuthority)?.FullName,
        RedisTlsCertificateFile = result.GetValue(_redisCertificate)?.FullName,
        RedisTlsKeyFile = result.GetValue(_redisKey)?.FullName,
        SpoolBytes = result.GetValue(_spoolBytes),
    };
}
