using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engagement.Core;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// One partition being read: librdkafka fetches ahead in the background, up to the bound of its settings, and what it has is taken in
/// batches. Leaving it untaken is back-pressure: the fetching stops by itself. Calls are serialised by the owner; <c>arrived</c> comes from
/// librdkafka's threads.
/// </summary>
internal sealed unsafe class NativePartition : IDisposable
{
    private readonly NativeClient _client;
    private readonly string _topic;
    private readonly int _partition;
    private readonly Action? _arrived;
    private readonly nint _handle;
    private readonly nint _queue;
    private GCHandle _self;
    private bool _started;
    private bool _disposed;

    /// <param name="client">Outlives this object.</param>
    /// <param name="arrived">Called when something arrives where nothing was; must return at once.</param>
    public NativePartition(NativeClient client, string topic, int partition, Action? arrived)
    {
        (_client, _topic, _partition, _arrived) = (client, topic, partition, arrived);
        _handle = client.TopicOf(topic);
        _queue = Librdkafka.QueueOf(client.Handle, topic, partition);
        if (_queue == 0) throw new IOException($"{topic}/{partition}: librdkafka has no queue for it");
        _self = GCHandle.Alloc(this);
        if (arrived is not null) Librdkafka.OnArrival(_queue, &Arrived, GCHandle.ToIntPtr(_self));
    }

    /// <summary>Reads on from this offset; what had been fetched is dropped.</summary>
    public void Start(long offset)
    {
        Stop();
        if (Librdkafka.Start(_handle, _partition, offset) != 0)
            throw new IOException($"{_topic}/{_partition}: cannot read from {offset}: {Librdkafka.Describe(Librdkafka.LastError())}");
        _started = true;
    }

    public void Stop()
    {
        if (!_started) return;
        _started = false;
        _ = Librdkafka.Stop(_handle, _partition);
    }

    /// <summary>
    /// Takes up to <paramref name="maxRecords"/> records; with a wait, returns when it has them all or the end is reached or the time is over.
    /// Throws <see cref="IOException"/> when the partition cannot be read.
    /// </summary>
    public FetchResult Take(int maxRecords, TimeSpan wait)
    {
        var pool = ArrayPool<nint>.Shared.Rent(maxRecords);
        try
        {
            fixed (nint* pointers = pool)
            {
                var messages = (NativeMessage**)pointers;
                var taken = (int)Librdkafka.Take(_queue, (int)wait.TotalMilliseconds, messages, (nuint)maxRecords);
                if (taken < 0) throw new IOException($"{_topic}/{_partition}: {Librdkafka.Describe(Librdkafka.LastError())}");
                return Sort(messages, taken, taken == maxRecords);
            }
        }
        finally
        {
            ArrayPool<nint>.Shared.Return(pool);
        }
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Librdkafka.OnArrival(_queue, null, 0);
        Stop();
        Librdkafka.DestroyQueue(_queue);
        _self.Free();
    }

    /// <summary>Records to the front, end-of-partition marks and errors out; every message is destroyed on the way.</summary>
    private FetchResult Sort(NativeMessage** messages, int taken, bool mayHaveMore)
    {
        var records = 0;
        var atEnd = false;
        long end = -1;
        var error = Librdkafka.Ok;
        for (var i = 0; i < taken; i++)
        {
            var message = messages[i];
            atEnd = message->Error == Librdkafka.PartitionEnd;
            if (message->Error == Librdkafka.Ok)
            {
                messages[records++] = message;
                continue;
            }
            if (atEnd) end = message->Offset;
            else error = message->Error;
            Librdkafka.DestroyMessage(message);
        }
        // What came before an error is good; the error comes again, or it has passed.
        if (records == 0 && error != Librdkafka.Ok) throw new IOException($"{_topic}/{_partition}: {Librdkafka.Describe(error)}");
        var batch = records == 0 ? null : KafkaBatch.Copy(_partition, messages, records);
        for (var i = 0; i < records; i++) Librdkafka.DestroyMessage(messages[i]);
        return new FetchResult(batch, atEnd ? end : -1, mayHaveMore);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Arrived(nint client, nint opaque)
    {
        if (GCHandle.FromIntPtr(opaque).Target is NativePartition self) self._arrived!();
    }
}

/// <param name="Batch">Null when there was no record.</param>
/// <param name="End">The offset that the next record will get, when the end was reached and nothing came after; else −1.</param>
/// <param name="MayHaveMore">False when all that had been fetched was taken.</param>
internal readonly record struct FetchResult(KafkaBatch? Batch, long End, bool MayHaveMore);
