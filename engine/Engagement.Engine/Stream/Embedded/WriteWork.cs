namespace Engagement.Engine.Stream.Embedded;

/// <summary>One piece of work for the writer. It may be executed a second time, alone, after a group that it was in was rolled back.</summary>
internal abstract class WriteWork
{
    /// <summary>Bytes that this work holds while it waits.</summary>
    public virtual int Bytes => 0;

    /// <summary>On the writer's thread, inside the transaction. What it throws fails this work and no other.</summary>
    public abstract void Execute();

    /// <summary>On the writer's thread, after the commit and after its effects are visible.</summary>
    public abstract void Complete();

    /// <summary>On the writer's thread: nothing of it was kept.</summary>
    public abstract void Fail(Exception cause);
}

/// <summary>Work that gives a result to one awaiting caller.</summary>
internal sealed class WriteWork<T>(Func<T> step) : WriteWork
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Completion => _completion.Task;
    public override void Execute() => _result = step();
    public override void Complete() => _completion.SetResult(_result!);
    public override void Fail(Exception cause) => _completion.SetException(cause);
}

/// <summary>State in memory that follows the writer's transactions. All members are called on the writer's thread.</summary>
internal interface IWriteParticipant
{
    /// <summary>Last chance to write into the transaction.</summary>
    void Flush();

    /// <summary>The transaction is durable: make its effects visible.</summary>
    void Committed();

    /// <summary>The transaction never happened: take back what was done in memory.</summary>
    void RolledBack();
}
