using Confluent.Kafka;
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
    private int _open;
    private volatile bool _failed;

    public AppendCall(AppendBudget budget, AppendFailures failures, int records, long bytes) : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        (_budget, _failures, _records, _open, _bytes) = (budget, failures, records, records, bytes);
        OnDelivered = report => Report(report.Error);
    }

    /// <summary>The handler of every record of the call.</summary>
    public Action<DeliveryReport<byte[], byte[]>> OnDelivered { get; }

    /// <summary>So many of its records were never handed over.</summary>
    public void Refuse(int records) => Close(records, failed: true);

    private void Report(Error error)
    {
        if (error.IsError && !_failed) _failures.Add(error.Reason);
        Close(1, error.IsError);
    }

    private void Close(int records, bool failed)
    {
        if (failed) _failed = true;
        if (Interlocked.Add(ref _open, -records) > 0) return;
        _budget.Return(_records, _bytes);
        TrySetResult(_failed ? new AppendResult(AppendOutcome.Unavailable, RetryAfter) : new AppendResult(AppendOutcome.Durable, TimeSpan.Zero));
    }
}
