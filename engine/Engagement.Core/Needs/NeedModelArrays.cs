using System.Collections.Immutable;

namespace Engagement.Core.Needs;

/// <summary>A need model as flat arrays: what its file holds. <see cref="NeedModelDocument"/> says what each is.</summary>
public sealed record NeedModelArrays
{
    public required ImmutableArray<string> Languages { get; init; }
    public required ImmutableArray<NeedTopic> Topics { get; init; }
    public required NgramShape Shape { get; init; }
    public required float WordShare { get; init; }
    public required float RarityUnknown { get; init; }
    public required uint[] Hashes { get; init; }
    public required float[] Rarities { get; init; }
    public required float[] Scales { get; init; }
    public required sbyte[] Steps { get; init; }
    public required float[] Biases { get; init; }
    public required ClarityRule Clarity { get; init; }

    /// <summary>The first thing that is wrong with a word about it; <see cref="NeedModelError.None"/> when the arrays make a model.</summary>
    public (NeedModelError Error, string? Detail) Validate()
    {
        if (Topics.Length > Limits.NeedTopicsMax || Hashes.Length > Limits.NeedNgramsMax)
            return (NeedModelError.TooLarge, $"{Topics.Length} topics, {Hashes.Length} n-grams");
        if (TopicsFault() is { } topics) return (NeedModelError.InvalidTopics, topics);
        if (!Shape.IsValid) return (NeedModelError.InvalidNgrams, Shape.ToString());
        if (Rarities.Length != Hashes.Length || Scales.Length != Hashes.Length || Steps.Length != Hashes.Length * Topics.Length || Biases.Length != Topics.Length)
            return (NeedModelError.ArrayLengthMismatch, $"{Hashes.Length}, {Rarities.Length}, {Scales.Length}, {Steps.Length}, {Biases.Length}");
        for (var i = 1; i < Hashes.Length; i++)
            if (Hashes[i] <= Hashes[i - 1]) return (NeedModelError.NotAscending, $"n-gram {i}");
        if (!Array.TrueForAll(Rarities, IsWeight) || !Array.TrueForAll(Scales, IsWeight) || !Array.TrueForAll(Biases, float.IsFinite) || !IsWeight(RarityUnknown)
            || !IsWeight(WordShare))
            return (NeedModelError.NotFinite, null);
        return Clarity.IsFinite ? (NeedModelError.None, null) : (NeedModelError.InvalidClarity, Clarity.ToString());
    }

    // So large that nothing real is near it, so small that sums of them stay finite.
    private static bool IsWeight(float value) => value is >= 0 and < 1e6f;

    private string? TopicsFault()
    {
        if (Topics.Length < 2) return $"{Topics.Length} topics";
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var topic in Topics)
        {
            if (topic is not { Id.Length: > 0 and <= Limits.NameBytesMax }) return "a topic without id";
            if (!ids.Add(topic.Id)) return $"{topic.Id} stands there twice";
            if (topic.Names is not { Count: > 0 and <= 64 } || topic.Names.Any(n => string.IsNullOrWhiteSpace(n.Value) || n.Value.Length > Limits.NameBytesMax))
                return $"{topic.Id} has no name";
        }
        return null;
    }
}
