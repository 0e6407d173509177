namespace Engagement.Desks;

/// <summary>How notices are delivered and presence is read. Immutable; every value has a bound and a default. <see cref="Validate"/> names all errors at once.</summary>
public sealed record DeskOptions
{
    /// <summary>Consumer group on <c>engagement.notices</c>. Not empty. Default <c>engagement-desks</c>.</summary>
    public string Group { get; init; } = "engagement-desks";

    /// <summary>
    /// How long a notice is tried at a receiver that does not take it, 10 s to 24 h. Default 10 min: what is told of a conversation is worth little later.
    /// Then it is set aside.
    /// </summary>
    public TimeSpan HoldMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A notice gets one try whatever its age, and so long for it.</summary>
    internal TimeSpan OneTry => TimeSpan.FromSeconds(11);

    /// <summary>Notices that may wait for one receiver in one partition. 8 to 100,000, default 5,000: what comes beyond it while the receiver fails is set aside.</summary>
    public int WaitingMax { get; init; } = 5_000;

    /// <summary>How often presence is read, 1 s to 15 s. Default 10 s: twice within its 30 s may fail.</summary>
    public TimeSpan PresenceInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How old what a desk says of its agents may be, 1 s to 60 s. Default 60 s; older, and who is not named, is away.</summary>
    public TimeSpan PresenceAgeMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>First wait before the group is joined again after a fault, 10 ms to 1 min. Default 1 s.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether receivers may be at addresses that are not public: loopback, private, link-local and the like. Default false, so that a site file cannot
    /// reach into the engine's own network.
    /// </summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Every error, empty when all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (Group.Length is 0 or > 128) errors.Add("group: 1 to 128 characters");
        if (WaitingMax is < 8 or > 100_000) errors.Add("waitingMax: 8 to 100000");
        Bound(HoldMax, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24), "holdMax: 10 s to 24 h");
        Bound(PresenceInterval, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), "presenceInterval: 1 s to 15 s");
        Bound(PresenceAgeMax, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), "presenceAgeMax: 1 s to 60 s");
        Bound(RestartDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), "restartDelay: 10 ms to 1 min");
        return errors;

        void Bound(TimeSpan value, TimeSpan min, TimeSpan max, string rule)
        {
            if (value < min || value > max) errors.Add(rule);
        }
    }
}
