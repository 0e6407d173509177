namespace Engagement.Core.Sessions;

/// <summary>One live session of one visitor, in memory with the worker that owns the partition. Not thread-safe. Pooled.</summary>
public sealed class SessionState
{
    /// <summary>In <see cref="Decisions.PipelineOutput.Touched"/> already.</summary>
    internal bool IsTouched { get; set; }
}
