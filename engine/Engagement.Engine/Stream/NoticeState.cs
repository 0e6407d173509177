using System.Collections.Concurrent;

namespace Engagement.Engine.Stream;

/// <summary>How a notice ended at one receiver.</summary>
public enum NoticeOutcome : byte
{
    Delivered = 0,

    /// <summary>Refused for good, or not taken in time: it stays in the log, and is not tried again.</summary>
    SetAside,

    /// <summary>Its card is no longer there, because the visitor was forgotten or the conversation is over; or her acceptance overtook what it says.</summary>
    Gone,

    /// <summary>The receiver is no longer in the site's file.</summary>
    Dropped,
}

/// <summary>How delivery to one receiver of a site stands on this node since it started. Thread-safe.</summary>
public sealed class ReceiverStatus(string site, string name)
{
    private readonly long[] _outcomes = new long[Enum.GetValues<NoticeOutcome>().Length];
    private long _waiting;

    public string Site { get; } = site;

    /// <summary>What operators see: kind and host, never a path or a secret.</summary>
    public string Name { get; } = name;

    public long Of(NoticeOutcome outcome) => Interlocked.Read(ref _outcomes[(int)outcome]);

    /// <summary>Read and not delivered yet.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Why the last try failed; null after one that did not.</summary>
    public string? Fault { get; set; }

    /// <summary>Why its agents' presence could not be read the last time; null when it could, or where nobody asks.</summary>
    public string? PresenceFault { get; set; }

    public void Count(NoticeOutcome outcome) => Interlocked.Increment(ref _outcomes[(int)outcome]);

    public void AddWaiting(int count) => Interlocked.Add(ref _waiting, count);
}

/// <summary>Delivery to desks and webhooks, by receiver: for <c>/v1/stats</c> and metrics. Empty on a node that delivers none. Thread-safe.</summary>
public sealed class NoticeState
{
    private readonly ConcurrentDictionary<(string Site, string Name), ReceiverStatus> _receivers = new();

    public IEnumerable<ReceiverStatus> All => _receivers.Values;

    public ReceiverStatus Of(string site, string name) => _receivers.GetOrAdd((site, name), static key => new ReceiverStatus(key.Site, key.Name));
}
