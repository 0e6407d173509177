namespace Engagement.Core.Events;

/// <summary>
/// Tells the records of a partition's owner from those of one who had lost it and did not know. Each owner first writes into the partition that it has
/// taken it, with its epoch (<see cref="EngineEventWriter.Taken"/>), then reads what the log names; an offer's record that lands behind a higher epoch than
/// its own came too late: the owner had read, and decided without it. One instance reads one partition, in the log's order; not thread-safe.
/// </summary>
public sealed class EpochFence
{
    /// <summary>The highest epoch that was told so far; 0 before the first.</summary>
    public long Epoch { get; private set; }

    /// <summary>Begins anew, in the middle of a partition that this epoch's owner had there.</summary>
    public void Restore(long epoch) => Epoch = epoch;

    /// <summary>
    /// To be asked for every record of the engine's. False for an offer's record (<c>invitation_offered</c>, <c>invitation_withheld</c>) that came too late; one
    /// that names no epoch is older than epochs in the log, and stands.
    /// </summary>
    public bool Admits(in VisitorEvent e)
    {
        if (e.Type == EventType.Tick) Epoch = Math.Max(Epoch, e.Epoch);
        return e.Type is not (EventType.InvitationOffered or EventType.InvitationWithheld) || e.Epoch == 0 || e.Epoch >= Epoch;
    }
}
