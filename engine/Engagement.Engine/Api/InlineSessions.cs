using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Sessions;

namespace Engagement.Engine.Api;

/// <summary>A pool of <see cref="InlineSession"/>s, as many as questions were ever asked at the same time. Thread-safe.</summary>
internal sealed class InlineSessions
{
    private readonly ConcurrentBag<InlineSession> _idle = [];

    /// <summary>The session as of now; no assessment when the events make none.</summary>
    public InlineAnswer Assess(IReadOnlyList<ReadOnlyMemory<byte>> events, KnownVisitor visitor, Instant now)
    {
        var session = _idle.TryTake(out var idle) ? idle : new InlineSession();
        var answer = session.Assess(events, visitor.Site, visitor.Key, now);
        _idle.Add(session);
        return answer;
    }
}
