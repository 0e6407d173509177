namespace Engagement.Training.Simulation;

/// <summary>
/// One help centre with its visitors, as parameters. Shares and probabilities 0 to 1, times medians in seconds. Where each number comes from stands
/// in <see cref="Assumption.All"/>. Immutable.
/// </summary>
public sealed record HelpWorld(string Name)
{
    public int Intents { get; init; } = 120;

    /// <summary>Intents that no article answers.</summary>
    public double GapShare { get; init; } = 0.15;

    /// <summary>Intents that visitors name otherwise than the site does.</summary>
    public double HardShare { get; init; } = 0.35;

    /// <summary>Every word of a query must occur; otherwise any.</summary>
    public bool MatchesAll { get; init; } = true;
    public int ResultsMax { get; init; } = 10;

    /// <summary>The site says how many results a search had.</summary>
    public bool SendsCounts { get; init; } = true;
    public bool SendsOpened { get; init; } = true;
    public bool SendsArticles { get; init; } = true;

    /// <summary>Probability of opening the right, a neighbouring and another article that was looked at.</summary>
    public double RightAttraction { get; init; } = 0.8;
    public double NearAttraction { get; init; } = 0.25;
    public double OtherAttraction { get; init; } = 0.05;

    /// <summary>Going on from one rank to the next.</summary>
    public double Persistence { get; init; } = 0.7;

    /// <summary>An opened right article answers.</summary>
    public double AnswerShare { get; init; } = 0.85;

    /// <summary>Answered by the list itself, where the right article is among the first three.</summary>
    public double SnippetShare { get; init; } = 0.1;
    public double QuickBackShare { get; init; } = 0.5;

    /// <summary>A wrong article is taken for the answer.</summary>
    public double SettleShare { get; init; } = 0.06;

    /// <summary>Mean failed attempts after the first until she gives up.</summary>
    public double Patience { get; init; } = 3.5;
    public double ReadSeconds { get; init; } = 50;
    public double SkimSeconds { get; init; } = 7;
    public double ThinkSeconds { get; init; } = 12;
    public double RateShare { get; init; } = 0.06;
    public double RageShare { get; init; } = 0.02;
    public double TypoShare { get; init; } = 0.06;
    public double RewordShare { get; init; } = 0.08;

    /// <summary>Same query again: the list may have been at fault.</summary>
    public double RepeatShare { get; init; } = 0.08;
    public double ExplorerShare { get; init; } = 0.15;
    public double LookupShare { get; init; } = 0.15;
    public double ReaderShare { get; init; } = 0.15;

    /// <summary>Six worlds, made to differ in everything that is ours; a model is tested on those that it was not trained on.</summary>
    public static readonly HelpWorld[] All =
    [
        new("shop")
        {
            Intents = 70, GapShare = 0.2, HardShare = 0.45, SendsOpened = false, Patience = 2.5, ReadSeconds = 35, ThinkSeconds = 8, Persistence = 0.6,
        },
        new("software")
        {
            Intents = 260, GapShare = 0.1, HardShare = 0.4, MatchesAll = false, Patience = 5, ReadSeconds = 90, QuickBackShare = 0.6, NearAttraction = 0.35,
            ExplorerShare = 0.1, ReaderShare = 0.25,
        },
        new("bank")
        {
            Intents = 150, GapShare = 0.12, HardShare = 0.55, Patience = 3, TypoShare = 0.1, SnippetShare = 0.2, RateShare = 0.12, LookupShare = 0.25,
        },
        new("marketplace")
        {
            Intents = 200, GapShare = 0.25, MatchesAll = false, Patience = 2, ReadSeconds = 25, SkimSeconds = 5, ThinkSeconds = 6, Persistence = 0.55,
            RightAttraction = 0.65, OtherAttraction = 0.08, ExplorerShare = 0.2, RageShare = 0.05, SettleShare = 0.1,
        },
        new("office")
        {
            Intents = 90, GapShare = 0.25, HardShare = 0.5, Patience = 4, ReadSeconds = 75, ThinkSeconds = 25, RepeatShare = 0.18, RewordShare = 0.05,
            SkimSeconds = 9, Persistence = 0.85, QuickBackShare = 0.3, SendsCounts = false,
        },
        new("web")
        {
            Intents = 300, GapShare = 0.08, HardShare = 0.3, MatchesAll = false, SendsArticles = false, Patience = 4, ReadSeconds = 60, RewordShare = 0.15,
            SnippetShare = 0.15, QuickBackShare = 0.45, NearAttraction = 0.4, OtherAttraction = 0.12, ExplorerShare = 0.2, SettleShare = 0.12, RateShare = 0,
        },
    ];

    /// <summary>Throws <see cref="TrainingException"/> for a name that is none of <see cref="All"/>.</summary>
    public static HelpWorld Find(string name) =>
        All.FirstOrDefault(world => world.Name == name)
        ?? throw new TrainingException($"There is no world {name}: {string.Join(", ", All.Select(world => world.Name))}.");
}
