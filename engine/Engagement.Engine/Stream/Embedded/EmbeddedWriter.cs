using System.Diagnostics;
using Engagement.Core;
using SQLitePCL;

namespace Engagement.Engine.Stream.Embedded;

/// <summary>
/// The one thread that writes. Whatever waits when a transaction ends goes into the next one together (group commit), so that one flush of the
/// disk serves many callers. A group that fails is rolled back and its works are tried one by one, so that one bad work fails alone.
/// </summary>
internal sealed class EmbeddedWriter : IDisposable
{
    /// <summary>Bytes of works in one transaction: bounds how long the first of them waits.</summary>
    private const int GroupBytesMax = 4 * 1024 * 1024;

    /// <summary>What a small work costs in the WAL: a page at least.</summary>
    private const int PageBytes = 4096;

    /// <summary>How long a group waits for callers that the group before it has just woken, at most.</summary>
    private static readonly TimeSpan LingerMax = TimeSpan.FromMicroseconds(150);

    private readonly object _gate = new();
    private readonly Queue<WriteWork> _queue = new();
    private readonly List<WriteWork> _group = [];
    private readonly List<WriteWork> _alone = [];
    private IWriteParticipant[] _participants = [];
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly Action<long> _afterGroup;
    private readonly Thread _thread;
    private long _queuedBytes;
    private long _groupBytes;
    private long _commits;
    private int _lastGroupCount;
    private bool _stopping;
    private Exception? _fault;

    public EmbeddedWriter(sqlite3 connection, Action<long> afterGroup)
    {
        _afterGroup = afterGroup;
        _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(connection, "COMMIT");
        _rollback = new SqliteStatement(connection, "ROLLBACK");
        _thread = new Thread(Run) { IsBackground = true, Name = "storage-writer" };
        _thread.Start();
    }

    /// <summary>Why the last group could not be written; null when it could.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Bytes that wait for the disk.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>Transactions committed.</summary>
    public long Commits => Volatile.Read(ref _commits);

    public void Add(IWriteParticipant participant)
    {
        lock (_gate) Volatile.Write(ref _participants, [.. _participants, participant]);
    }

    /// <summary>Waits for its turn, the commit and its visibility. Throws <see cref="IOException"/> when the disk refuses.</summary>
    public Task<T> RunAsync<T>(Func<T> step)
    {
        var work = new WriteWork<T>(step);
        if (Offer(work) != AppendAdmission.Taken) work.Fail(new IOException("The storage file is closed."));
        return work.Completion;
    }

    /// <summary>Takes a work in, unless so much waits already that <see cref="Limits.AppendQueueBytesMax"/> would be passed.</summary>
    public AppendAdmission Offer(WriteWork work)
    {
        lock (_gate)
        {
            if (_stopping) return AppendAdmission.Closed;
            if (_queuedBytes > 0 && _queuedBytes + work.Bytes > Limits.AppendQueueBytesMax && work.Bytes > 0) return AppendAdmission.Full;
            _queue.Enqueue(work);
            _queuedBytes += work.Bytes;
            if (_queue.Count == 1) Monitor.Pulse(_gate);
        }
        return AppendAdmission.Taken;
    }

    /// <summary>Finishes what waits, then stops. Idempotent.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        if (_thread.IsAlive) _thread.Join();
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
    }

    private void Run()
    {
        while (Take())
        {
            Write(_group);
            _lastGroupCount = _group.Count;
            _group.Clear();
            _afterGroup(_groupBytes);
        }
        // What participants kept for the next transaction goes with a last one of its own.
        TryCommit([]);
    }

    private bool Take()
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_stopping) Monitor.Wait(_gate);
        }
        Linger();
        lock (_gate)
        {
            long bytes = 0;
            while (bytes < GroupBytesMax && _queue.TryDequeue(out var work))
            {
                bytes += work.Bytes;
                _group.Add(work);
            }
            _queuedBytes -= bytes;
            _groupBytes = bytes + PageBytes * (long)_group.Count;
            return _group.Count > 0;
        }
    }

    /// <summary>
    /// Callers that were just answered come back within microseconds; starting with the first of them alone would make the others wait for two
    /// flushes. So a group waits, shortly, until it is as large as the last one.
    /// </summary>
    private void Linger()
    {
        if (_lastGroupCount < 2) return;
        var started = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _queuedBytes) < GroupBytesMax && Stopwatch.GetElapsedTime(started) < LingerMax)
        {
            lock (_gate)
            {
                if (_queue.Count >= _lastGroupCount || _stopping) return;
            }
            Thread.Yield();
        }
    }

    private void Write(List<WriteWork> group)
    {
        if (TryCommit(group) is not { } cause) return;
        if (group.Count == 1)
        {
            group[0].Fail(cause);
            return;
        }
        foreach (var work in group)
        {
            _alone.Clear();
            _alone.Add(work);
            if (TryCommit(_alone) is { } own) work.Fail(own);
        }
    }

    private Exception? TryCommit(List<WriteWork> group)
    {
        try
        {
            _begin.Run();
            foreach (var work in group) work.Execute();
            foreach (var participant in _participants) participant.Flush();
            _commit.Run();
        }
        catch (Exception cause)
        {
            Rollback();
            foreach (var participant in _participants) participant.RolledBack();
            Volatile.Write(ref _fault, cause);
            return cause;
        }
        Volatile.Write(ref _fault, null);
        Volatile.Write(ref _commits, _commits + 1);
        foreach (var participant in _participants) participant.Committed();
        foreach (var work in group) work.Complete();
        return null;
    }

    private void Rollback()
    {
        try
        {
            _rollback.Run();
        }
        catch (IOException)
        {
            // SQLite has rolled back by itself (disk full, IO error): there is nothing left to roll back.
        }
    }
}

/// <summary>Whether the writer took a work.</summary>
internal enum AppendAdmission : byte { Taken = 0, Full, Closed }
