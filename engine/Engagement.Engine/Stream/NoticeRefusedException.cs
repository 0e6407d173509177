namespace Engagement.Engine.Stream;

/// <summary>A receiver answered, and not with yes.</summary>
/// <param name="message">In words that may be logged: neither secrets nor what the visitor typed.</param>
/// <param name="isFinal">Nothing suggests that it will ever take this notice: a few tries are enough. Else it may come round, or be set right.</param>
/// <param name="retryAfter">When it asks to be tried again; null: it did not say.</param>
public sealed class NoticeRefusedException(string message, bool isFinal = false, TimeSpan? retryAfter = null) : Exception(message)
{
    public bool IsFinal { get; } = isFinal;
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
