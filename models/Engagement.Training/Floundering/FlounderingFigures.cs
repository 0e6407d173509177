using System.Text.Json.Serialization;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Evaluation;
using Engagement.Training.Rows;

namespace Engagement.Training.Floundering;

/// <summary>How one score tells sessions that left without finding from the others.</summary>
public sealed record ScoreFigures(string Score, Interval RocAuc, Interval PrAuc);

/// <summary>One group of sessions with every score's figures.</summary>
public sealed record GroupFigures(string Group, int Sessions, int LeftWithout, ScoreFigures[] Scores);

/// <summary>Of the sessions that reach 0.5 at any event: how many left without finding, and of those that did, how many reach it.</summary>
public sealed record FlounderingFigures(
    string Model, int Sessions, int LeftWithout, GroupFigures[] Groups, int Flagged, Interval Precision, Interval Recall, double SearchesUntilFlaggedMedian)
{
    private const float Threshold = 0.5f;

    /// <summary>Runs each session through the engine's pipeline and scores it after every event.</summary>
    public static FlounderingFigures Of(IReadOnlyList<TrecSession> sessions, IPropensityModel model, long seed)
    {
        var scored = sessions.Select(session => Scored.Of(session, model)).ToArray();
        string[] ids = [.. scored.Select(session => session.Id)];
        var flaggedAt = scored.Where(session => session.FlaggedAtSearch > 0).Select(session => session.FlaggedAtSearch).Order().ToArray();
        return new FlounderingFigures(
            model.Version, scored.Length, scored.Count(session => !session.Found),
            [
                Group("all", scored, seed),
                Group("with a click", [.. scored.Where(session => session.Clicks > 0)], seed),
                Group("three or more queries", [.. scored.Where(session => session.Searches >= 3)], seed),
            ],
            flaggedAt.Length,
            Bootstrap.ByUser(ids, seed, weights => Bootstrap.Share(weights, i => scored[i].FlaggedAtSearch > 0, i => !scored[i].Found)),
            Bootstrap.ByUser(ids, seed, weights => Bootstrap.Share(weights, i => !scored[i].Found, i => scored[i].FlaggedAtSearch > 0)),
            flaggedAt.Length == 0 ? double.NaN : flaggedAt[flaggedAt.Length / 2]);
    }

    private static GroupFigures Group(string name, Scored[] sessions, long seed)
    {
        bool[] labels = [.. sessions.Select(session => !session.Found)];
        string[] ids = [.. sessions.Select(session => session.Id)];
        ScoreFigures Figures(string score, Func<Scored, float> of)
        {
            var ranking = new Ranking([.. sessions.Select(of)], labels);
            return new ScoreFigures(score, Bootstrap.ByUser(ids, seed, ranking.RocAuc), Bootstrap.ByUser(ids, seed, ranking.AveragePrecision));
        }

        return new GroupFigures(name, sessions.Length, labels.Count(label => label),
        [
            Figures("rules, after the last event", session => session.Last),
            Figures("rules, highest in the session", session => session.Highest),
            Figures("number of queries", session => session.Searches),
            Figures("no click in the session", session => session.Clicks == 0 ? 1 : 0),
        ]);
    }

    private sealed record Scored(string Id, bool Found, int Clicks, float Searches, float Last, float Highest, int FlaggedAtSearch)
    {
        public static Scored Of(TrecSession session, IPropensityModel model)
        {
            var result = new Scored(session.Id, session.Found, session.Clicks, 0, 0, 0, 0);
            foreach (var (_, assessment) in PrefixRowExtractor.Replay(session.Events))
            {
                var p = model.Score(assessment.Features);
                var searches = assessment.Features[(int)Feature.Searches];
                result = result with
                {
                    Searches = searches,
                    Last = p,
                    Highest = Math.Max(result.Highest, p),
                    FlaggedAtSearch = result.FlaggedAtSearch > 0 || p < Threshold ? result.FlaggedAtSearch : (int)searches,
                };
            }
            return result;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(FlounderingFigures))]
internal sealed partial class FlounderingFiguresJson : JsonSerializerContext;
