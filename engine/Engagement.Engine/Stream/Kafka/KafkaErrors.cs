using Confluent.Kafka;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>What Kafka's client says, in the words of this side of the seam: an absent or refusing broker is an <see cref="IOException"/>.</summary>
internal static class KafkaErrors
{
    public static IOException Translate(string what, KafkaException exception) => new($"{what}: {exception.Error.Reason}", exception);

    /// <summary>The group will not have this member back by waiting: credentials, rights, or another member under its name.</summary>
    public static bool IsFinal(Error error) => error.IsFatal || error.Code is ErrorCode.GroupAuthorizationFailed or ErrorCode.TopicAuthorizationFailed
        or ErrorCode.ClusterAuthorizationFailed or ErrorCode.FencedInstanceId or ErrorCode.Local_Fatal or ErrorCode.Local_Authentication;

    /// <summary>Of syslog's levels. librdkafka reports every connection that a stopped broker closes as an error; it connects again by itself.</summary>
    public static LogLevel LevelOf(int syslog) => syslog switch
    {
        <= 2 => LogLevel.Error,
        <= 4 => LogLevel.Warning,
        <= 6 => LogLevel.Debug,
        _ => LogLevel.Trace,
    };
}

/// <summary>A topic is not as it must be; the message says what is and what should be. Nothing is written to it or read from it.</summary>
public sealed class TopicMismatchException(string message) : IOException(message);
