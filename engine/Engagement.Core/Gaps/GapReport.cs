using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;

namespace Engagement.Core.Gaps;

/// <summary>What the help centre lacks on a question.</summary>
public enum GapVerdict : byte
{
    /// <summary>No article's title meets the question: one is to be written.</summary>
    NoArticle = 0,

    /// <summary>An article meets it, and fewer than half of the sessions opened it: its title, or the search, is to be looked at.</summary>
    NotFound,

    /// <summary>An article meets it, half of the sessions or more opened it and went on in vain: the article is to be looked at.</summary>
    FoundNotHelpful,
}

/// <summary>One question that people asked in vain.</summary>
/// <param name="Question">
/// The most central of its searches; words that fewer than <see cref="Limits.GapSessionsMin"/> visitors used give way to "…". Clean but not encoded:
/// encode at output.
/// </param>
/// <param name="Sessions">That asked it in vain; of at least <see cref="Limits.GapSessionsMin"/> visitors.</param>
/// <param name="FlounderingShare">Of these sessions, 0 to 1, that reached the state.</param>
/// <param name="ZeroResultShare">Of the searches whose result count was said, 0 to 1; null where it was said of none.</param>
/// <param name="Article">The one that meets it best; null with <see cref="GapVerdict.NoArticle"/>.</param>
public sealed record GapQuestion(
    string Question, int Sessions, int Searches, double FlounderingShare, double? ZeroResultShare, SuggestedArticle? Article, GapVerdict Verdict);

/// <summary>The gap report of one site. Immutable, thread-safe.</summary>
public sealed record GapReport
{
    public int V { get; init; } = 1;
    public required string Site { get; init; }
    public required Instant From { get; init; }
    public required Instant To { get; init; }

    /// <summary>Sessions that searched for help and count.</summary>
    public required int Sessions { get; init; }

    /// <summary>Of these, that reached the state Floundering.</summary>
    public required int Floundering { get; init; }

    /// <summary>Sessions that GPC, DNT or a refusal keeps out.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Questions that too few people asked to be shown.</summary>
    public required int QuestionsHeldBack { get; init; }

    /// <summary>More was in the log than is read for one report: the oldest, or the latest sessions, are missing.</summary>
    public required bool IsPartial { get; init; }

    /// <summary>Those on which most floundered first.</summary>
    public required ImmutableArray<GapQuestion> Questions { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, GapJson.Default.GapReport);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantJsonConverter), typeof(CodeConverter<GapVerdict>)])]
[JsonSerializable(typeof(GapReport))]
internal sealed partial class GapJson : JsonSerializerContext;
