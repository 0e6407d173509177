using System.Globalization;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>How a topic must be.</summary>
/// <param name="Partitions">Fixed for the topic's life.</param>
/// <param name="Replication">Copies of each record.</param>
/// <param name="MinInSyncReplicas">Copies without which appends are refused; at most <paramref name="Replication"/>.</param>
/// <param name="Segment">The broker deletes by segments of this age, so a record may outlive its retention by as much.</param>
public sealed record TopicPlan(string Name, int Partitions, int Replication, int MinInSyncReplicas, TimeSpan Retention, TimeSpan Segment)
{
    /// <summary>The settings that the broker is given and asked for.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["retention.ms"] = Ms(Retention),
        ["segment.ms"] = Ms(Segment),
        ["cleanup.policy"] = "delete",
        ["min.insync.replicas"] = MinInSyncReplicas.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The same on fewer brokers.</summary>
    public TopicPlan WithReplication(int replication) =>
        new(Name, Partitions, replication, Math.Min(MinInSyncReplicas, replication), Retention, Segment);

    /// <summary>The same with another number of partitions.</summary>
    public TopicPlan WithPartitions(int partitions) => new(Name, partitions, Replication, MinInSyncReplicas, Retention, Segment);

    /// <summary>Everything in which the topic is not as it must be: what is, and what should be. Pure.</summary>
    public IEnumerable<string> Compare(TopicState found)
    {
        if (found.Partitions != Partitions) yield return $"partitions: is {found.Partitions}, should be {Partitions}";
        if (found.Replication < Replication) yield return $"replication: is {found.Replication}, should be {Replication}";
        foreach (var (name, value) in Settings)
            if (found.Settings?.GetValueOrDefault(name) is { } actual && actual != value) yield return $"{name}: is {actual}, should be {value}";
    }

    private static string Ms(TimeSpan span) => ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}

/// <summary>How a topic is.</summary>
/// <param name="Replication">Of the partition that has the fewest replicas.</param>
/// <param name="Settings">Null where the broker cannot be asked.</param>
public sealed record TopicState(string Name, int Partitions, int Replication, IReadOnlyDictionary<string, string>? Settings);
