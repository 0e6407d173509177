using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>Which of the client's exceptions mean that Redis is away or not itself at the moment: an outage, to be tried again. Pure.</summary>
internal static class RedisFaults
{
    /// <summary>
    /// First words of errors that pass: loading its file, a replica or fail-over, too few replicas, memory, disk, a script that takes long; and
    /// the refusals of credentials, which whoever runs Redis can mend while this runs.
    /// </summary>
    private static readonly string[] Passing =
    [
        "LOADING", "READONLY", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "MASTERDOWN", "NOREPLICAS", "MISCONF", "OOM", "BUSY", "NOSCRIPT",
        "UNBLOCKED", "NOAUTH", "WRONGPASS", "NOPERM",
    ];

    private static readonly string[] Refusing = ["NOAUTH", "WRONGPASS", "NOPERM", "ERR invalid password"];

    /// <summary>The outage behind an exception; null where it is none.</summary>
    public static IOException? OutageOf(Exception exception, string? refusal) => exception switch
    {
        RedisConnectionException or TimeoutException or OperationCanceledException =>
            new IOException(refusal is null ? $"Redis cannot be reached: {exception.Message}" : $"Redis refuses us: {refusal}", exception),
        RedisServerException e when Passes(e.Message) => new IOException($"Redis cannot serve this now: {e.Message}", e),
        _ => null,
    };

    public static bool IsNoScript(RedisServerException e) => e.Message.Contains("NOSCRIPT", StringComparison.Ordinal);

    /// <summary>User or password are wrong, missing or not allowed what is asked.</summary>
    public static bool IsRefusal(Exception e) => e is RedisServerException && Refusing.Any(p => Begins(e.Message, p));

    /// <summary>Roles or slots may have changed hands.</summary>
    public static bool SaysMoved(Exception e) =>
        e is RedisConnectionException || (e is RedisServerException && (Begins(e.Message, "READONLY") || Begins(e.Message, "MOVED") || Begins(e.Message, "CLUSTERDOWN")));

    private static bool Passes(string message) => Passing.Any(p => Begins(message, p));

    private static bool Begins(string message, string word) => message.StartsWith(word, StringComparison.Ordinal);
}
