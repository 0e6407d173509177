using Engagement.Core.Contracts;

namespace Engagement.Collector;

/// <summary>The way that senders' records take into the log: the log itself, or one with a spool before it. Thread-safe.</summary>
public sealed record IntakeLog(IEventLog Log);
