namespace Engagement.Training.Simulation;

/// <summary>One thing that the simulator takes for granted: a published figure with its source, or our own guess, called so.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Value">What is taken.</param>
/// <param name="Source">Who measured it, or <see cref="Ours"/>.</param>
public sealed record Assumption(string Subject, string Value, string Source)
{
    public const string Ours = "ours";

    /// <summary>Every assumption of <see cref="HelpWorld"/> and of the visits, in one table. What is ours is varied between worlds.</summary>
    public static readonly Assumption[] All =
    [
        new("results are looked at from the top, and the look stops at a rank",
            "goes on from one rank to the next with probability 0.55 to 0.85", "cascade and click-chain models (Craswell et al., WSDM 2008; Guo et al., WWW 2009); the numbers are ours"),
        new("clicks fall with rank", "checked against 57, 14, 10, 4, 4 % at ranks 1 to 5", "Granka, Joachims and Gay, SIGIR 2004"),
        new("a click that satisfies is read for 30 s or more", "median dwell of an answer 25 to 90 s, lognormal", "Fox et al., TOIS 2005 (30 s); spread ours"),
        new("a click that disappoints is left soon", "quick-back share 0.3 to 0.7, median 5 to 9 s", "the notion: Odijk et al., CIKM 2015; numbers ours"),
        new("after three different queries many struggle, and often find in the end", "checked against about 60 % of long sessions", "Hassan et al., WSDM 2014, as told by Odijk et al., CIKM 2015"),
        new("many visits are of one query, a third of three or more", "checked against 32 % with three or more, 72 % under five minutes", "Jansen, Spink and Pedersen, JASIST 2005 (AltaVista)"),
        new("who has chosen a wording sticks to it", "substitution of one word is the commonest move; a wholly new wording 5 to 15 %", "anchoring: Hertzum and Frokjaer, TOCHI 1996; numbers ours"),
        new("moves between queries", "substitute, add, remove, repeat, correct, reorder, reword", "taxonomy: Huang and Efthimiadis, CIKM 2009; shares ours"),
        new("effort is not struggle", "explorers search 3 to 10 times, mostly on one object (coherent sessions), open more and read longer", "the two kinds of long sessions: Hassan et al., WSDM 2014; numbers ours"),
        new("some are answered by the list itself, without a click", "5 to 20 % where the answer is among the first three", "good abandonment: Li, Huffman and Tokuda, SIGIR 2009; share ours"),
        new("frustration: half of the queries on hard tasks, a third of successful tasks too", "not simulated as a feeling; why some give up early and others find late", "Feild, Allan and Jones, SIGIR 2010"),
        new("what help centres lack", "8 to 25 % of intents have no article", Assumption.Ours),
        new("what is there in other words", "30 to 55 % of intents are named by visitors otherwise than by the site", Assumption.Ours),
        new("search engines", "half of the worlds need every word to match (empty lists), half any word (never empty)", Assumption.Ours),
        new("patience", "gives up after 1 + geometric(mean 2 to 5) failed attempts", Assumption.Ours),
        new("settling for a wrong article", "6 to 12 % of wrong articles are taken for an answer; counted as left without", Assumption.Ours),
        new("ratings and rage clicks", "2 to 12 %, 1 to 5 %", Assumption.Ours),
        new("who comes", "half or more seekers, 10 to 20 % explorers, 15 to 25 % lookups, 15 to 25 % readers; three of ten seekers have further needs, often of the same object", Assumption.Ours),
        new("what a site sends", "opened results, article views or both; counts or none", Assumption.Ours),
        new("a visitor's own ways", "times and attraction multiplied by a lognormal of her own", Assumption.Ours),
    ];
}
