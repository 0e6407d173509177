namespace Engagement.Engine.Agents;

/// <summary>What supervisors did to others, so that it can be looked up: in the log of the process, in no record of a visitor's.</summary>
internal static partial class SupervisorLog
{
    /// <param name="act">Past tense, such as <c>paused</c>.</param>
    /// <param name="whom">The agent, or whose conversation it was.</param>
    public static void Acted(ILoggerFactory loggers, string site, string by, string act, string whom) =>
        LogActed(loggers.CreateLogger(typeof(SupervisorLog)), site, by, act, whom);

    [LoggerMessage(LogLevel.Information, "{Site}: supervisor {By} {Act} {Whom}")]
    private static partial void LogActed(ILogger logger, string site, string by, string act, string whom);
}
