using System.Collections.Concurrent;
using Confluent.Kafka;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// One member of Kafka's consumer group, on a thread of its own. It learns which partitions are this node's and mirrors positions; it reads
/// nothing: its partitions are paused, and <see cref="NativePartition"/>s read them. So taking over one partition never holds up another.
/// </summary>
internal sealed class GroupMember : IDisposable
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the thread waits for the group's positions before it looks after the group again.</summary>
    private static readonly TimeSpan AskWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Half of the host's 10 s to stop in; a broker that was cut off may not answer at all.</summary>
    private static readonly TimeSpan CloseWait = TimeSpan.FromSeconds(5);

    private readonly KafkaConsumer _owner;
    private readonly string _topic;
    private readonly TimeSpan _releaseWait;
    private readonly ILogger _logger;
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly List<TopicPartition> _toPause = [];
    private readonly ConcurrentDictionary<int, long> _notStored = new();
    private readonly ConcurrentQueue<PositionQuestion> _questions = new();
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile bool _ended;

    public GroupMember(KafkaConsumer owner, KafkaOptions options, string topic, string group, ILogger logger)
    {
        (_owner, _topic, _logger) = (owner, topic, logger);
        // An old broker waits for a rebalance as long as for a silent member; new ones longer.
        _releaseWait = options.SessionTimeout * 0.8;
        _consumer = new ConsumerBuilder<Ignore, Ignore>(KafkaSettings.Member(options, group))
            .SetLogHandler((_, line) => logger.Log(KafkaErrors.LevelOf((int)line.Level), "{Facility}: {Line}", line.Facility, line.Message))
            .SetErrorHandler((_, error) => OnError(error))
            .SetPartitionsAssignedHandler((_, assigned) => OnAssigned(assigned))
            .SetPartitionsRevokedHandler((_, revoked) => OnRevoked(revoked, "taken away"))
            .SetPartitionsLostHandler((_, lost) => OnRevoked(lost, "lost"))
            .Build();
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka-member {topic}" };
    }

    public void Start() => _thread.Start();

    /// <summary>The group's copy of the position; sent within a second, with the others. Thread-safe.</summary>
    public void Store(int partition, long position)
    {
        // Told of an assignment while it is still being made, a reader may be quicker than librdkafka: then it is kept for the next poll.
        if (!TryStore(partition, position)) _notStored[partition] = position;
        else _notStored.TryRemove(partition, out _);
    }

    private bool TryStore(int partition, long position)
    {
        try
        {
            _consumer.StoreOffset(new TopicPartitionOffset(_topic, partition, position));
            return true;
        }
        catch (Exception e) when (e is KafkaException or ObjectDisposedException)
        {
            // Not ours yet, or taken away meanwhile: whoever has it then mirrors its own.
            _logger.LogDebug("{Topic}/{Partition}: position not mirrored: {Reason}", _topic, partition, e.Message);
            return false;
        }
    }

    /// <summary>
    /// The group's position of a partition; null: none. Asked on the member's own thread, so that no question outlives the client; again until the
    /// broker answers. Throws <see cref="ObjectDisposedException"/> when the membership ends before. Thread-safe.
    /// </summary>
    public Task<long?> FindStoredAsync(int partition)
    {
        var question = new PositionQuestion(partition);
        _questions.Enqueue(question);
        if (_ended) DropQuestions();
        return question.Answer.Task;
    }

    /// <summary>On the member's thread.</summary>
    private void AnswerQuestions()
    {
        for (var waiting = _questions.Count; waiting > 0 && _questions.TryDequeue(out var question); waiting--)
        {
            try
            {
                var found = _consumer.Committed([new TopicPartition(_topic, question.Partition)], AskWait)[0];
                question.Answer.SetResult(found.Offset.Value >= 0 ? found.Offset.Value : null);
            }
            catch (KafkaException e)
            {
                _logger.LogDebug("{Topic}/{Partition}: position not found yet: {Reason}", _topic, question.Partition, e.Error.Reason);
                _questions.Enqueue(question);
                return;
            }
        }
    }

    private void DropQuestions()
    {
        while (_questions.TryDequeue(out var question)) question.Answer.TrySetException(new ObjectDisposedException(nameof(GroupMember)));
    }

    /// <summary>On the member's thread.</summary>
    private void StoreAgain()
    {
        foreach (var kept in _notStored)
            if (TryStore(kept.Key, kept.Value)) _notStored.TryRemove(kept);
    }

    /// <summary>Leaves the group after a last commit. Blocks until it has, but no longer than <see cref="CloseWait"/>.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (!_thread.Join(CloseWait))
            _logger.LogWarning("{Topic}: the group was not left within {Wait}; it gives the partitions away when the session times out", _topic, CloseWait);
    }

    private void Run()
    {
        try
        {
            _consumer.Subscribe(_topic);
            while (!_stopping) Poll();
            StoreAgain();
            // The revoked handler runs in here; nobody is waited for any more.
            _consumer.Close();
        }
        catch (Exception e)
        {
            // A thread of our own: whatever it is, the owner must hear of it instead of the process ending.
            _owner.Fail(new IOException($"{_topic}: the consumer group: {e.Message}", e));
        }
        finally
        {
            _consumer.Dispose();
            _ended = true;
            DropQuestions();
        }
    }

    private void Poll()
    {
        try
        {
            // What it returns is nothing but what was fetched before the pause.
            _consumer.Consume(PollWait);
            if (_toPause.Count > 0) _consumer.Pause(_toPause);
        }
        catch (ConsumeException e)
        {
            OnError(e.Error);
        }
        catch (KafkaException e)
        {
            // A pause of what is gone again.
            _logger.LogDebug("{Topic}: {Reason}", _topic, e.Error.Reason);
        }
        _toPause.Clear();
        if (!_notStored.IsEmpty) StoreAgain();
        if (!_questions.IsEmpty) AnswerQuestions();
        _owner.Breathe();
    }

    private IEnumerable<TopicPartitionOffset> OnAssigned(List<TopicPartition> assigned)
    {
        _logger.LogInformation("{Topic}: assigned {Partitions}", _topic, Names(assigned));
        _toPause.AddRange(assigned);
        foreach (var partition in assigned) _owner.Assigned(partition.Partition.Value);
        // At the end, where hardly anything can come before the pause.
        return assigned.Select(partition => new TopicPartitionOffset(partition, Offset.End));
    }

    private void OnRevoked(List<TopicPartitionOffset> revoked, string how)
    {
        _logger.LogInformation("{Topic}: {How}: {Partitions}", _topic, how, Names(revoked.Select(r => r.TopicPartition)));
        var partitions = revoked.Select(r => r.Partition.Value).ToArray();
        foreach (var partition in partitions) _notStored.TryRemove(partition, out _);
        if (!_owner.Revoke(partitions, _stopping ? TimeSpan.Zero : _releaseWait) && !_stopping)
            _logger.LogWarning("{Topic}: {Partitions} were not released within {Wait}; a later epoch will refuse what they still write", _topic, Names(revoked.Select(r => r.TopicPartition)), _releaseWait);
    }

    private void OnError(Error error)
    {
        _logger.LogWarning("{Topic}: group: {Reason}", _topic, error.Reason);
        if (KafkaErrors.IsFinal(error)) _owner.Fail(new IOException($"{_topic}: the consumer group: {error.Reason}"));
    }

    private static string Names(IEnumerable<TopicPartition> partitions) => string.Join(", ", partitions.Select(p => p.Partition.Value));

    private sealed record PositionQuestion(int Partition)
    {
        public TaskCompletionSource<long?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
