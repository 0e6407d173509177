namespace Engagement.Engine;

/// <summary>How the engine host runs. Immutable; every value has a bound and a default. <see cref="Validate"/> names all errors at once.</summary>
public sealed record EngineOptions
{
    /// <summary>Consumer group on <c>engagement.events</c>. Not empty. Default <c>engagement-engine</c>.</summary>
    public string Group { get; init; } = "engagement-engine";

    /// <summary>False on a node that only serves the API. Default true.</summary>
    public bool RunWorkers { get; init; } = true;

    /// <summary>Batches that may wait for one worker before its partition is paused. 1 to 64, default 4.</summary>
    public int BatchesQueuedMax { get; init; } = 4;

    /// <summary>Shortest time between two ticks of one idle partition, 10 ms to 10 s. Default 250 ms: timers need no finer grain.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How old a stored assessment may grow while a partition has more to do than it can: 0 to 5 s. Default 250 ms. A partition that keeps up stores
    /// them with every batch.
    /// </summary>
    public TimeSpan AssessmentAge { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The same while a partition has not yet come to the log's end since it was taken: 0 to 10 s, default 2 s. What it would store then is long past, and
    /// <c>asOf</c> says so.
    /// </summary>
    public TimeSpan AssessmentAgeBehind { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long "nobody is free" may be believed without asking the store, 10 ms to 5 s. Default 250 ms.</summary>
    public TimeSpan AvailabilityAge { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often lapsed presence and unclaimed cards are looked for, 100 ms to 5 s. Default 1 s.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often lag is looked for while somebody collects it, 1 s to 1 min. Default 5 s.</summary>
    public TimeSpan LagInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First wait before a partition starts again from its checkpoint, 10 ms to 1 min; doubles up to 10 s. Default 200 ms.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Comment lines keep an idle event stream open through proxies, 1 s to 1 min. Default 15 s.</summary>
    public TimeSpan StreamHeartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Messages that may wait for one slow event stream before it is closed with a retry hint. 8 to 4,096, default 256.</summary>
    public int StreamQueueMax { get; init; } = 256;

    /// <summary>How long <c>POST /v1/invitations</c> waits for the stream's decision, 100 ms to 30 s. Default 2 s.</summary>
    public TimeSpan InvitationWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Every error, empty when all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (Group.Length is 0 or > 128) errors.Add("group: 1 to 128 characters");
        if (BatchesQueuedMax is < 1 or > 64) errors.Add("batchesQueuedMax: 1 to 64");
        Bound(TickInterval, 10, 10_000, "tickInterval");
        Bound(AssessmentAge, 0, 5_000, "assessmentAge");
        Bound(AssessmentAgeBehind, 0, 10_000, "assessmentAgeBehind");
        Bound(AvailabilityAge, 10, 5_000, "availabilityAge");
        Bound(SweepInterval, 100, 5_000, "sweepInterval");
        Bound(LagInterval, 1_000, 60_000, "lagInterval");
        Bound(RestartDelay, 10, 60_000, "restartDelay");
        Bound(StreamHeartbeat, 1_000, 60_000, "streamHeartbeat");
        if (StreamQueueMax is < 8 or > 4_096) errors.Add("streamQueueMax: 8 to 4096");
        Bound(InvitationWait, 100, 30_000, "invitationWait");
        return errors;

        void Bound(TimeSpan value, int msMin, int msMax, string name)
        {
            if (value < TimeSpan.FromMilliseconds(msMin) || value > TimeSpan.FromMilliseconds(msMax)) errors.Add($"{name}: {msMin} ms to {msMax} ms");
        }
    }
}
