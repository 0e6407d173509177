using System.Runtime.InteropServices;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>One append on its way: counts its records' delivery reports, and is done with the last. One object a call, none a record. Thread-safe.</summary>
internal sealed class AppendCall : TaskCompletionSource<AppendResult>
{
    /// <summary>A broker that is away or far behind needs about so long.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly AppendBudget _budget;
    private readonly AppendFailures _failures;
    private readonly int _records;
    private readonly long _bytes;
    private GCHandle _self;
    private int _open;
    private volatile bool _failed;

    public AppendCall(AppendBudget budget, AppendFailures failures, int records, long bytes) : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        (_budget, _failures, _records, _open, _bytes) = (budget, failures, records, records, bytes);
        _self = GCHandle.Alloc(this);
    }

    /// <summary>What every record of the call carries through librdkafka; valid until the last of them is reported.</summary>
    public nint Opaque => GCHandle.ToIntPtr(_self);

    public static AppendCall Of(nint opaque) => (AppendCall)GCHandle.FromIntPtr(opaque).Target!;

    /// <summary>So many of its records were never handed over.</summary>
    public void Refuse(int records) => Close(records, failed: true);

    /// <summary>What became of one record: librdkafka's code.</summary>
    public void Report(int error)
    {
        if (error != Librdkafka.Ok && !_failed) _failures.Add(Librdkafka.Describe(error));
        Close(1, error != Librdkafka.Ok);
    }

    private void Close(int records, bool failed)
    {
        if (failed) _failed = true;
        if (Interlocked.Add(ref _open, -records) > 0) return;
        _self.Free();
        _budget.Return(_records, _bytes);
        TrySetResult(_failed ? new AppendResult(AppendOutcome.Unavailable, RetryAfter) : new AppendResult(AppendOutcome.Durable, TimeSpan.Zero));
    }
}
