namespace Engagement.Training.Simulation;

/// <summary>
/// A query as its writer sees it: which notions of her intent she names, by which of their words, with or without filler and slip. Each move makes a
/// new draft from the one before, most of it kept. Immutable.
/// </summary>
internal sealed record QueryDraft(Intent Intent, (int Concept, int Word)[] Parts, string? Filler, int SlipAt)
{
    /// <summary>The words that a search engine compares.</summary>
    public IReadOnlyList<string> Words => [.. Parts.Select((part, i) => i == SlipAt ? Slip(WordOf(part)) : WordOf(part))];

    public string Text => Filler is null ? string.Join(' ', Words) : $"{Filler} {string.Join(' ', Words)}";

    public static QueryDraft First(Intent intent, HelpWorld world, Random random, bool knowsWords = false)
    {
        var count = random.NextDouble() < 0.2 ? 1 : random.NextDouble() < 0.75 ? 2 : intent.Concepts.Length;
        var parts = Enumerable.Range(0, Math.Min(count, intent.Concepts.Length)).Select(concept => (concept, WordFor(intent, concept, knowsWords, random))).ToArray();
        return new QueryDraft(intent, parts, Filler: random.NextDouble() < 0.25 ? Pick(Vocabulary.Fillers, random) : null, Slips(world, parts.Length, random));
    }

    /// <summary>Another try: repeat, reword, correct, reorder, add, remove or substitute.</summary>
    public QueryDraft Next(HelpWorld world, Random random)
    {
        if (SlipAt >= 0 && random.NextDouble() < 0.7) return this with { SlipAt = -1 };
        var draw = random.NextDouble();
        if ((draw -= world.RepeatShare) < 0) return this;
        if ((draw -= world.RewordShare) < 0) return First(Intent, world, random);
        if ((draw -= 0.05) < 0) return this with { Parts = [.. Parts.Reverse()], SlipAt = -1 };
        if ((draw -= 0.22) < 0 && Parts.Length < Intent.Concepts.Length) return Added(random);
        if ((draw -= 0.2) < 0 && Parts.Length > 1) return this with { Parts = Without(random.Next(Parts.Length)), SlipAt = -1 };
        return Substituted(world, random);
    }

    /// <summary>Another query about the same object: what an explorer does who likes where she is.</summary>
    public QueryDraft Drifted(Intent to, HelpWorld world, Random random) => First(to with { Concepts = [Intent.Concepts[0], .. to.Concepts[1..]] }, world, random);

    private QueryDraft Added(Random random)
    {
        var absent = Enumerable.Range(0, Intent.Concepts.Length).Where(concept => Parts.All(part => part.Concept != concept)).ToArray();
        if (absent.Length == 0) return this;
        var chosen = absent[random.Next(absent.Length)];
        return this with { Parts = [.. Parts, (chosen, WordFor(Intent, chosen, knowsWords: false, random))], SlipAt = -1 };
    }

    private QueryDraft Substituted(HelpWorld world, Random random)
    {
        var at = random.Next(Parts.Length);
        var words = Intent.Concepts[Parts[at].Concept].Words.Length;
        var parts = Parts.ToArray();
        parts[at].Word = (parts[at].Word + 1 + random.Next(words - 1)) % words;
        return this with { Parts = parts, SlipAt = Slips(world, parts.Length, random) };
    }

    private (int, int)[] Without(int place) => [.. Parts.Where((_, i) => i != place)];

    private string WordOf((int Concept, int Word) part) => Intent.Concepts[part.Concept].Words[part.Word];

    // The first word is the site's. Who names a thing otherwise does so in three of four words.
    private static int WordFor(Intent intent, int concept, bool knowsWords, Random random)
    {
        var own = knowsWords ? 0.95 : intent.IsHard ? 0.25 : 0.85;
        return random.NextDouble() < own ? 0 : 1 + random.Next(intent.Concepts[concept].Words.Length - 1);
    }

    private static int Slips(HelpWorld world, int parts, Random random) => random.NextDouble() < world.TypoShare ? random.Next(parts) : -1;

    private static string Slip(string word) => word.Length < 4 ? word + word[^1] : string.Concat(word.AsSpan(0, 2), word.AsSpan(3, 1), word.AsSpan(2, 1), word.AsSpan(4));

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
