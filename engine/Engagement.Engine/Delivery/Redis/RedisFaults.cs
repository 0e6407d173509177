using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>Which of the client's exceptions mean that Redis is away or not itself at the moment: an outage, to be tried again. Pure.</summary>
internal static class RedisFaults
{
    /// <summary>
    /// First words of errors that pass: loading its file, a replica or fail-over, too few replicas, memory, disk, a script that takes long.
    /// </summary>
    private static readonly string[] Passing =
    [
        "LOADING", "READONLY", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "MASTERDOWN", "NOREPLICAS", "MISCONF", "OOM", "BUSY", "NOSCRIPT",
        "UNBLOCKED",
    ];

    private static readonly string[] Refusing = ["NOAUTH", "WRONGPASS", "NOPERM"];

    /// <summary>The outage behind an exception; null where it is none.</summary>
    public static IOException? OutageOf(Exception exception) => exception switch
    {
        _ when RefusalIn(exception) is { } refusal => new IOException($"Redis refuses us: {refusal}", exception),
        RedisConnectionException or TimeoutException or OperationCanceledException => new IOException($"Redis cannot be reached: {exception.Message}", exception),
        RedisServerException e when Passes(e.Message) => new IOException($"Redis cannot serve this now: {e.Message}", e),
        _ => null,
    };

    /// <summary>What Redis said of a user or password that is wrong, missing or not allowed what is asked; null where that is not the cause.</summary>
    public static string? RefusalIn(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException!)
        {
            if (cause is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }) return Innermost(cause).Message;
            if (cause is RedisServerException && Refusing.Any(p => Begins(cause.Message, p))) return cause.Message;
        }
        return null;
    }

    public static bool IsNoScript(RedisServerException e) => e.Message.Contains("NOSCRIPT", StringComparison.Ordinal);

    /// <summary>Roles or slots may have changed hands.</summary>
    public static bool SaysMoved(Exception e) =>
        e is RedisConnectionException || (e is RedisServerException && (Begins(e.Message, "READONLY") || Begins(e.Message, "MOVED") || Begins(e.Message, "CLUSTERDOWN")));

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    /// <summary>A script of an older server tells the cause behind its own name.</summary>
    private static bool Passes(string message) => Passing.Any(p => Begins(message, p) || message.Contains($"-{p} ", StringComparison.Ordinal));

    private static bool Begins(string message, string word) => message.StartsWith(word, StringComparison.Ordinal);
}
