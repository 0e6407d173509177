using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>One batch's effects from the first record to the checkpoint, and what is counted once they are durable. Two of them take turns; not thread-safe.</summary>
internal sealed class BatchEffects
{
    public OfferEffects Offers { get; } = new();

    /// <summary>What the pipeline left, moved here when the batch was applied.</summary>
    public PipelineOutput Done { get; } = new();

    /// <summary>Records by <see cref="RecordOutcome"/>.</summary>
    public int[] Outcomes { get; } = new int[Enum.GetValues<RecordOutcome>().Length];

    public PartitionCheckpoint Checkpoint { get; set; } = null!;
    public SiteCatalog Sites { get; set; } = null!;

    /// <summary>Timestamp of the first record's applying.</summary>
    public long StartedAt { get; set; }

    /// <summary>When they were durable, by this machine's clock.</summary>
    public Instant WrittenAt { get; set; }

    /// <summary>From <see cref="StartedAt"/> until they were durable.</summary>
    public TimeSpan Took { get; set; }

    /// <summary>Live sessions behind the last record.</summary>
    public int Sessions { get; set; }

    /// <summary>What the sessions are now is stored with it.</summary>
    public bool Assesses { get; set; }

    public void Clear()
    {
        Offers.Clear();
        Done.ClearButTouched();
        Array.Clear(Outcomes);
    }
}
