namespace Engagement.Engine.Stream.Spool;

/// <summary>What waits on this node's disk for the log to come back.</summary>
/// <param name="Lanes">Partitions whose events queue behind the spool.</param>
/// <param name="Records">Records that wait.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Age">How long the oldest has waited; zero when none does.</param>
public readonly record struct SpoolStatus(int Lanes, long Records, long Bytes, TimeSpan Age)
{
    public bool IsSpooling => Lanes > 0;
}
