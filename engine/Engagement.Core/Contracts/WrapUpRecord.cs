using System.Globalization;
using System.Text.Json;
using Engagement.Core.Sites;

namespace Engagement.Core.Contracts;

/// <summary>What came of a conversation, as its agent says. Wire code: the member's name in snake_case.</summary>
public enum WrapUpCode : byte
{
    Resolved = 0,
    Converted,
    NotHelpful,

    /// <summary>She was doing well: a false alarm, and what a model learns most from.</summary>
    ShouldNotHaveBeenInvited,
}

/// <summary>
/// A record of <see cref="Topics.Outcomes"/> beside its session's <see cref="OutcomeRecord"/>, which it names by the same de-linked id: what the agent said
/// came of the conversation. No note, no agent, no visitor. Version 1. May come before or after that record.
/// </summary>
public sealed record WrapUpRecord
{
    /// <summary>Value of <see cref="Kind"/>: the other records of the topic have no such member.</summary>
    public const string KindName = "wrap_up";

    public int V { get; init; } = 1;
    public string Kind { get; init; } = KindName;

    /// <summary>As <see cref="OutcomeRecord.Id"/>; of nobody's session where the visitor asked for a person herself.</summary>
    public required string Id { get; init; }
    public required string Site { get; init; }

    /// <summary>The hour, UTC, in which it was said.</summary>
    public required Instant Hour { get; init; }
    public required WrapUpCode Outcome { get; init; }

    public static WrapUpRecord From(SiteModel site, OfferId offer, WrapUpCode outcome, Instant at) => new()
    {
        Id = OutcomeRecord.DelinkedId(offer.Session, site.Secret).ToString("x16", CultureInfo.InvariantCulture), Site = site.Id,
        Hour = OutcomeRecord.HourOf(at), Outcome = outcome,
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.WrapUpRecord);

    /// <summary>Null for JSON null; throws <see cref="JsonException"/> on anything else that is no wrap-up.</summary>
    public static WrapUpRecord? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ContractJson.Default.WrapUpRecord);
}
