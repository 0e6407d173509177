using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Engine;

namespace Engagement.Server.Hosting;

/// <summary>
/// Makes <see cref="ClusterOptions"/> of what the command line, the environment and files say, and names every error at once. Secrets come from the
/// environment or from files, never from the command line, which every user of the machine can read.
/// </summary>
public sealed class ClusterReader(Func<string, string?> environment)
{
    public const string RedisPasswordVariable = "ENGAGEMENT_REDIS_PASSWORD";
    public const string RedisPasswordFileVariable = "ENGAGEMENT_REDIS_PASSWORD_FILE";

    private readonly List<string> _errors = [];

    /// <summary>Why there are no options to be had; empty when there are.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Null when neither Kafka nor Redis is named: the node is on its own. Also null with <see cref="Errors"/>.</summary>
    public ClusterOptions? Read(ClusterArguments arguments)
    {
        if (arguments.Kafka is null && arguments.Redis is null)
        {
            if (arguments.First is { } idle) _errors.Add($"{idle} is for a cluster: give --kafka and --redis, too");
            return null;
        }
        if (arguments.Kafka is null || arguments.Redis is null)
        {
            _errors.Add($"{(arguments.Kafka is null ? "--redis needs --kafka" : "--kafka needs --redis")}: a cluster has both, a single node neither");
            return null;
        }
        var options = new ClusterOptions
        {
            Kafka = arguments.Kafka,
            KafkaProperties = ReadProperties(arguments),
            BrokerVersion = arguments.BrokerVersion,
            KafkaInstance = arguments.KafkaInstance,
            KafkaPartitions = arguments.KafkaPartitions,
            KafkaReplication = arguments.KafkaReplication,
            KafkaGroup = arguments.KafkaGroup,
            KafkaSession = arguments.KafkaSessionSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Redis = arguments.Redis,
            RedisUser = arguments.RedisUser,
            RedisPassword = SecretReader.Read(environment, RedisPasswordVariable, RedisPasswordFileVariable, _errors),
            RedisTlsAuthorityFile = arguments.RedisTlsAuthorityFile,
            RedisTlsCertificateFile = arguments.RedisTlsCertificateFile,
            RedisTlsKeyFile = arguments.RedisTlsKeyFile,
            SpoolBytesMax = arguments.SpoolBytes ?? Limits.SpoolBytesDefault,
        };
        Check(options);
        return _errors.Count == 0 ? options : null;
    }

    private void Check(ClusterOptions options)
    {
        if (options.KafkaReplication is < 1 or > 32) _errors.Add($"--kafka-replication is {options.KafkaReplication}; allowed: 1 to 32");
        if (options.SpoolBytesMax < Limits.SpoolBytesMin) _errors.Add($"--spool-bytes is {options.SpoolBytesMax}; allowed: {Limits.SpoolBytesMin} or more");
        if (options.Redis.Split(',').Any(p => p.TrimStart().StartsWith("password", StringComparison.OrdinalIgnoreCase)))
            _errors.Add($"--redis holds a password, which everybody on this machine can read there: put it into {RedisPasswordVariable} or the file that {RedisPasswordFileVariable} names");
        if (options.RedisUser is not null && options.RedisPassword is null)
            _errors.Add($"--redis-user needs a password: {RedisPasswordVariable}, or a file that {RedisPasswordFileVariable} names");
        if (options.RedisTlsCertificateFile is null != options.RedisTlsKeyFile is null)
            _errors.Add($"--redis-tls-{(options.RedisTlsKeyFile is null ? "cert needs --redis-tls-key" : "key needs --redis-tls-cert")}: a certificate and its key go together");
        if (options.KafkaGroup is { } group) _errors.AddRange(new EngineOptions { Group = group }.Validate().Select(e => $"--kafka-group: {e}"));
    }

    /// <summary>Properties of librdkafka: the file first, then the command line over it.</summary>
    public ImmutableDictionary<string, string> ReadProperties(ClusterArguments arguments)
    {
        var properties = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (arguments.KafkaPropertiesFile is { } file)
            foreach (var line in SecretReader.ReadLines("--kafka-properties", file, _errors).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
                Add(properties, line, "--kafka-properties");
        foreach (var property in arguments.KafkaProperty)
        {
            if (IsSecret(property.Split('=')[0])) _errors.Add($"--kafka-property {property.Split('=')[0]} is a secret, which everybody on this machine can read there: put it into a file for --kafka-properties");
            else Add(properties, property, "--kafka-property");
        }
        return properties.ToImmutable();
    }

    private void Add(ImmutableDictionary<string, string>.Builder properties, string text, string source)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals].Trim();
        // The value is not repeated: it may be a secret.
        if (equals <= 0) _errors.Add($"{source}: '{name}' is not name=value");
        else properties[name] = text[(equals + 1)..].Trim();
    }

    private static bool IsSecret(string name) =>
        name.Contains("password", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase) || name.Contains("key.pem", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What the command line says of a cluster, as it stands there.</summary>
public sealed record ClusterArguments
{
    public string? Kafka { get; init; }
    public IReadOnlyList<string> KafkaProperty { get; init; } = [];
    public string? KafkaPropertiesFile { get; init; }
    public string? BrokerVersion { get; init; }
    public string? KafkaInstance { get; init; }
    public int? KafkaPartitions { get; init; }
    public int? KafkaReplication { get; init; }
    public string? KafkaGroup { get; init; }
    public int? KafkaSessionSeconds { get; init; }
    public string? Redis { get; init; }
    public string? RedisUser { get; init; }
    public string? RedisTlsAuthorityFile { get; init; }
    public string? RedisTlsCertificateFile { get; init; }
    public string? RedisTlsKeyFile { get; init; }
    public long? SpoolBytes { get; init; }

    /// <summary>The first that has a meaning in a cluster only; null when none was given.</summary>
    public string? First =>
        KafkaProperty.Count > 0 ? "--kafka-property"
        : KafkaPropertiesFile is not null ? "--kafka-properties"
        : BrokerVersion is not null ? "--broker-version"
        : KafkaInstance is not null ? "--kafka-instance"
        : KafkaPartitions is not null ? "--kafka-partitions"
        : KafkaReplication is not null ? "--kafka-replication"
        : KafkaGroup is not null ? "--kafka-group"
        : KafkaSessionSeconds is not null ? "--kafka-session-seconds"
        : RedisUser is not null ? "--redis-user"
        : RedisTlsAuthorityFile is not null ? "--redis-tls-ca"
        : RedisTlsCertificateFile is not null ? "--redis-tls-cert"
        : RedisTlsKeyFile is not null ? "--redis-tls-key"
        : SpoolBytes is not null ? "--spool-bytes"
        : null;
}
