using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>What was found of one topic, or done to it.</summary>
/// <param name="Faults">Empty when it is as it must be.</param>
/// <param name="Created">It was missing, and is there now.</param>
/// <param name="SettingsUnknown">The broker cannot be asked for retention and the like; only partitions and replication were compared.</param>
public sealed record TopicFinding(TopicPlan Plan, IReadOnlyList<string> Faults, bool Created = false, bool SettingsUnknown = false);

/// <summary>
/// Compares the topics with their plan and makes those that are missing. It changes none that is there: partitions cannot be taken back, and a
/// shorter retention deletes. Not thread-safe.
/// </summary>
public sealed class TopicSetup : IDisposable
{
    /// <summary>How a line begins that says how a missing topic is made.</summary>
    public const string ToMakeIt = "to make it: ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>librdkafka's question cannot be called off, and its client must outlive it: so late may a cancellation be noticed.</summary>
    private static readonly TimeSpan AskSlice = TimeSpan.FromMilliseconds(500);

    private readonly KafkaOptions _options;
    private readonly IAdminClient _admin;

    /// <summary>Throws <see cref="ArgumentException"/> with every error of the options.</summary>
    public TopicSetup(KafkaOptions options, ILogger logger)
    {
        Librdkafka.EnsureResolvable();
        var errors = options.Validate();
        if (errors.Count > 0) throw new ArgumentException(string.Join("; ", errors), nameof(options));
        _options = options;
        _admin = new AdminClientBuilder(KafkaSettings.Admin(options))
            .SetLogHandler((_, line) => logger.Log(KafkaErrors.LevelOf((int)line.Level), "{Facility}: {Line}", line.Facility, line.Message))
            .SetErrorHandler((_, error) => logger.LogDebug("Admin: {Reason}", error.Reason))
            .Build();
    }

    /// <summary>
    /// One finding a topic, in the plan's order. Throws <see cref="IOException"/> when no broker answers, <see cref="OperationCanceledException"/> within half
    /// a second of the cancellation. Await it before disposing of this.
    /// </summary>
    public async Task<IReadOnlyList<TopicFinding>> CheckAsync(IReadOnlyList<TopicPlan> plans, CancellationToken cancellation = default)
    {
        var states = await FindAsync(plans, cancellation);
        return [.. plans.Select(plan => Compare(plan, states.GetValueOrDefault(plan.Name)))];
    }

    /// <summary>As <see cref="CheckAsync"/>, after making what is missing.</summary>
    public async Task<IReadOnlyList<TopicFinding>> CreateAsync(IReadOnlyList<TopicPlan> plans, CancellationToken cancellation = default)
    {
        var before = await FindAsync(plans, cancellation);
        var refusals = await CreateMissingAsync([.. plans.Where(plan => !before.ContainsKey(plan.Name))]);
        var after = await FindAsync(plans, cancellation);
        return [.. plans.Select(plan =>
        {
            var finding = Compare(plan, after.GetValueOrDefault(plan.Name));
            if (refusals.GetValueOrDefault(plan.Name) is { } refusal) return finding with { Faults = [refusal, HowTo(plan)] };
            return finding with { Created = !before.ContainsKey(plan.Name) && after.ContainsKey(plan.Name) };
        })];
    }

    public void Dispose() => _admin.Dispose();

    private TopicFinding Compare(TopicPlan plan, TopicState? state) =>
        state is null
            ? new TopicFinding(plan, ["missing", HowTo(plan)])
            : new TopicFinding(plan, [.. plan.Compare(state)], SettingsUnknown: state.Settings is null);

    /// <summary>Kafka's own tool can do it where this broker's admin interface, or this user, cannot.</summary>
    private string HowTo(TopicPlan plan)
    {
        var where = _options.BrokerVersion is null ? $"--bootstrap-server {_options.BootstrapServers}" : "--zookeeper HOST:2181";
        var settings = string.Concat(plan.Settings.Select(s => $" --config {s.Key}={s.Value}"));
        return $"{ToMakeIt}kafka-topics.sh {where} --create --topic {plan.Name} --partitions {plan.Partitions} --replication-factor {plan.Replication}{settings}";
    }

    /// <summary>Reasons by topic of those that could not be made.</summary>
    private async Task<Dictionary<string, string>> CreateMissingAsync(TopicPlan[] missing)
    {
        if (missing.Length == 0) return [];
        if (_options.BrokerVersion is { } version) return missing.ToDictionary(plan => plan.Name, _ => $"not made: brokers of version {version} have no request for it");
        try
        {
            await _admin.CreateTopicsAsync(missing.Select(Specify), new CreateTopicsOptions { OperationTimeout = Patience, RequestTimeout = Patience });
            return [];
        }
        catch (CreateTopicsException e)
        {
            // Made by another node at the same moment is made.
            return e.Results.Where(r => r.Error.IsError && r.Error.Code != ErrorCode.TopicAlreadyExists).ToDictionary(r => r.Topic, r => $"not made: {r.Error.Reason}");
        }
        catch (KafkaException e)
        {
            return missing.ToDictionary(plan => plan.Name, _ => $"not made: {e.Error.Reason}");
        }
    }

    private async Task<Dictionary<string, TopicState>> FindAsync(IReadOnlyList<TopicPlan> plans, CancellationToken cancellation)
    {
        try
        {
            var metadata = await Task.Run(() => AskForAll(cancellation), CancellationToken.None);
            var found = metadata.Topics.Where(t => !t.Error.IsError && plans.Any(plan => plan.Name == t.Topic)).ToList();
            var settings = await DescribeAsync([.. found.Select(t => t.Topic)]);
            return found.ToDictionary(t => t.Topic, t => new TopicState(t.Topic, t.Partitions.Count, t.Partitions.Min(p => p.Replicas.Length), settings?.GetValueOrDefault(t.Topic)));
        }
        catch (KafkaException e)
        {
            throw KafkaErrors.Translate($"{_options.BootstrapServers}: no broker answers", e);
        }
    }

    /// <summary>All topics, because asking for one by name makes it on brokers that make topics by themselves.</summary>
    private Metadata AskForAll(CancellationToken cancellation)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return _admin.GetMetadata(AskSlice);
            }
            catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut && Stopwatch.GetElapsedTime(started) < Patience)
            {
                // Not yet: a first answer needs a connection, and perhaps TLS, before it.
            }
        }
    }

    /// <summary>Settings by topic; null where the broker or this user's rights do not allow to ask.</summary>
    private async Task<Dictionary<string, IReadOnlyDictionary<string, string>>?> DescribeAsync(string[] topics)
    {
        if (topics.Length == 0 || _options.BrokerVersion is not null) return null;
        try
        {
            var results = await _admin.DescribeConfigsAsync(
                topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }), new DescribeConfigsOptions { RequestTimeout = Patience });
            return results.ToDictionary(
                r => r.ConfigResource.Name,
                r => (IReadOnlyDictionary<string, string>)r.Entries.Where(e => e.Value.Value is not null).ToDictionary(e => e.Key, e => e.Value.Value));
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private static TopicSpecification Specify(TopicPlan plan) => new()
    {
        Name = plan.Name,
        NumPartitions = plan.Partitions,
        ReplicationFactor = (short)plan.Replication,
        Configs = plan.Settings.ToDictionary(),
    };
}
