using Engagement.Training.Evaluation;

namespace Engagement.Training.Floundering;

/// <summary>How one score tells the labelled sessions from the others.</summary>
/// <param name="Ahead">By how much the first score's ROC AUC lies above this one's, on the same resamples; NaN for the first itself.</param>
public sealed record ScoreFigures(string Score, Interval RocAuc, Interval PrAuc, Interval Ahead);

/// <summary>One group of sessions at one moment, with every score's figures.</summary>
public sealed record GroupFigures(string Group, string Moment, int Sessions, int Labelled, ScoreFigures[] Scores)
{
    /// <summary>The group of all sessions of worlds left out.</summary>
    public const string AllWorlds = "all unseen worlds";

    /// <summary>The moment after a session's last event.</summary>
    public const string LastEvent = "after the last event";

    private static readonly Interval None = new(double.NaN, double.NaN, double.NaN);

    /// <summary>After the last event of each session.</summary>
    public static GroupFigures AtEnd(string group, IReadOnlyList<FlounderingSession> sessions, FlounderingScore[] scores, long seed) =>
        Of(group, LastEvent, sessions, scores, seed, (_, values) => values[^1]);

    /// <summary>The highest that was reached at any event.</summary>
    public static GroupFigures AtHighest(string group, IReadOnlyList<FlounderingSession> sessions, FlounderingScore[] scores, long seed) =>
        Of(group, "highest at any event", sessions, scores, seed, (_, values) => values.Max());

    /// <summary>Right after the k-th search, before what comes of it is known, among those who make one.</summary>
    public static GroupFigures AtSearch(string group, int search, IReadOnlyList<FlounderingSession> sessions, FlounderingScore[] scores, long seed) =>
        Of(group, $"at search {search}", [.. sessions.Where(session => session.Searches >= search)], scores, seed, (session, values) => values[session.RowOfSearch(search)]);

    private static GroupFigures Of(
        string group, string moment, IReadOnlyList<FlounderingSession> sessions, FlounderingScore[] scores, long seed, Func<FlounderingSession, float[], float> at)
    {
        bool[] labels = [.. sessions.Select(session => session.Label)];
        string[] ids = [.. sessions.Select(session => session.Id)];
        var rankings = scores.Select(score => new Ranking([.. sessions.Select(session => at(session, score.Of(session)))], labels)).ToArray();
        return new GroupFigures(group, moment, sessions.Count, labels.Count(label => label),
        [
            .. scores.Select((score, i) => new ScoreFigures(
                score.Name, Bootstrap.ByUser(ids, seed, rankings[i].RocAuc), Bootstrap.ByUser(ids, seed, rankings[i].AveragePrecision),
                i == 0 ? None : Bootstrap.ByUser(ids, seed, weights => rankings[0].RocAuc(weights) - rankings[i].RocAuc(weights)))),
        ]);
    }
}
