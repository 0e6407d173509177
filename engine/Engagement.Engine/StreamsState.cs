namespace Engagement.Engine;

/// <summary>Whether event streams stay open: until the workers have handed over what they had in hand. Thread-safe.</summary>
public sealed class StreamsState : IDisposable
{
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Streams close with a retry hint.</summary>
    public CancellationToken Closing => _closing.Token;

    public void Close() => _closing.Cancel();

    public void Dispose() => _closing.Dispose();
}
