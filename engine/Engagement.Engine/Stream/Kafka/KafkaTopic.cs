using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>A topic that the broker has been seen to have, as it must be.</summary>
internal sealed record KafkaTopic(string Name, TopicPartition[] Partitions);

/// <summary>
/// Which topics are as stated. A topic is asked about before it is first used and whenever <see cref="CheckAsync"/> is called; one with another number
/// of partitions is not used at all, because a visitor's events would lie in two of them. Thread-safe.
/// </summary>
internal sealed class TopicCatalog(KafkaProducer producer, KafkaOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>A topic that is just being made has no leader for so long.</summary>
    private static readonly TimeSpan LeaderPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaderLook = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, KafkaTopic> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<KafkaTopic>>> _asked = new(StringComparer.Ordinal);

    /// <summary>Throws <see cref="TopicMismatchException"/>, or <see cref="IOException"/> when no broker answers.</summary>
    public ValueTask<KafkaTopic> GetAsync(string topic) =>
        _known.TryGetValue(topic, out var known) ? ValueTask.FromResult(known) : new ValueTask<KafkaTopic>(AskAsync(topic));

    /// <summary>As <see cref="GetAsync"/>, but asks again, and gives up after <see cref="KafkaSettings.AskTimeout"/> where it had been answered before.</summary>
    public async Task CheckAsync(string topic, CancellationToken cancellation)
    {
        try
        {
            // The first answer comes with a connection, and perhaps TLS, before it.
            await AskAsync(topic).WaitAsync(_known.ContainsKey(topic) ? KafkaSettings.AskTimeout : options.AppendTimeout * 2, time, cancellation);
        }
        catch (TimeoutException e)
        {
            throw new IOException($"{topic}: no broker answers within {KafkaSettings.AskTimeout.TotalSeconds} s", e);
        }
    }

    /// <summary>Asks again, once for all who ask meanwhile.</summary>
    private Task<KafkaTopic> AskAsync(string topic) => _asked.GetOrAdd(topic, name => new Lazy<Task<KafkaTopic>>(() => AskOnceAsync(name))).Value;

    private async Task<KafkaTopic> AskOnceAsync(string topic)
    {
        await Task.Yield();
        try
        {
            var found = await FindAsync(topic);
            return _known.AddOrUpdate(topic, found, (_, known) => known);
        }
        catch (TopicMismatchException e)
        {
            logger.LogError("{Reason}", e.Message);
            _known.TryRemove(topic, out _);
            throw;
        }
        catch (KafkaException e)
        {
            logger.LogWarning("{Topic}: no broker answers: {Reason}", topic, e.Error.Reason);
            throw KafkaErrors.Translate($"{topic}: no broker answers", e);
        }
        finally
        {
            _asked.TryRemove(topic, out _);
        }
    }

    private async Task<KafkaTopic> FindAsync(string topic)
    {
        for (var started = time.GetTimestamp(); ; await Task.Delay(LeaderLook, time))
        {
            var found = producer.FindTopic(topic, options.AppendTimeout);
            if (found is { Error.IsError: false, Partitions.Count: > 0 } && found.Partitions.TrueForAll(p => p.Leader >= 0)) return Compare(topic, found.Partitions.Count);
            // With some replicas away, what is there must go on; a count is a count.
            if (found is { Partitions.Count: > 0 } && time.GetElapsedTime(started) >= KafkaSettings.AskTimeout) return Compare(topic, found.Partitions.Count);
            if (time.GetElapsedTime(started) < LeaderPatience && found?.Error.Code is not (ErrorCode.TopicAuthorizationFailed or ErrorCode.TopicException)) continue;
            throw new TopicMismatchException($"{topic}: {found?.Error.Reason ?? "not there"}; 'engagement topics check' says how every topic must be");
        }
    }

    private KafkaTopic Compare(string topic, int found)
    {
        if (found != options.Partitions)
            throw new TopicMismatchException($"{topic}: has {found} partitions, should have {options.Partitions}; a topic's partitions are fixed: make a new one, or set the number that it has");
        return new KafkaTopic(topic, [.. Enumerable.Range(0, found).Select(p => new TopicPartition(topic, p))]);
    }
}
