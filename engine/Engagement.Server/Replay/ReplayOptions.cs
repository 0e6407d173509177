using Engagement.Engine.Sites;

namespace Engagement.Server.Replay;

/// <summary>What <c>replay</c> was asked for.</summary>
public sealed record ReplayOptions
{
    /// <summary>A REES46 export, plain or gzip. One of this and <see cref="EventsFile"/>.</summary>
    public string? Rees46File { get; init; }

    /// <summary>Canonical events, one JSON object a line, plain or gzip.</summary>
    public string? EventsFile { get; init; }

    /// <summary>The server to send to; null: one of its own in a temporary directory, gone afterwards.</summary>
    public Uri? Url { get; init; }

    /// <summary>Key of role replay. Default: the demo's.</summary>
    public string Key { get; init; } = DemoKeys.Replay;

    /// <summary>Key of role api, for the server's counters. Default: the demo's.</summary>
    public string ApiKey { get; init; } = DemoKeys.ReplayApi;

    /// <summary>Key of role agent, for agents at hand. Default: the demo's.</summary>
    public string AgentKey { get; init; } = DemoKeys.ReplayAgent;

    /// <summary>Times as fast as it was recorded, above 0; null: flat out. Default null.</summary>
    public double? Speed { get; init; }

    /// <summary>Events in one request, 1 to <see cref="Core.Limits.RequestEventsMax"/>. Default 50.</summary>
    public int Batch { get; init; } = 50;

    /// <summary>Where the place in the recording is kept, so that a replay which was stopped goes on there.</summary>
    public string? ResumeFile { get; init; }

    /// <summary>Where the decisions of each visitor are written, in an order that two runs share.</summary>
    public string? DecisionsFile { get; init; }

    /// <summary>Where the report is written as JSON.</summary>
    public string? ReportFile { get; init; }

    /// <summary>The other nodes of a cluster that have partitions: all is decided when each says so. Empty: <see cref="Url"/> alone.</summary>
    public IReadOnlyList<Uri> OtherNodes { get; init; } = [];

    /// <summary>How long a server that does not answer is asked again. Default 2 min.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromMinutes(2);
}
