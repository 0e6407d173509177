using Engagement.Core.Features;
using Engagement.Training.Evaluation;

namespace Engagement.Training.Floundering;

/// <summary>Calibration after each event from the first search on, with the interval of its expected error, by bootstrap over sessions.</summary>
public sealed record FlounderingCalibration(int Rows, Reliability Reliability, Interval ExpectedCalibrationError)
{
    public static FlounderingCalibration Of(IReadOnlyList<FlounderingSession> sessions, FlounderingScore score, long seed)
    {
        var rows = sessions.SelectMany(session =>
        {
            var scores = score.Of(session);
            return Enumerable.Range(0, session.Rows.Length).Where(i => session.Rows[i][(int)Feature.Searches] > 0)
                .Select(i => (session.Id, Score: scores[i], Label: session.RowLabels[i]));
        }).OrderBy(row => row.Score).ThenBy(row => row.Id, StringComparer.Ordinal).ToArray();
        var size = (rows.Length + Reliability.BinCount - 1) / Reliability.BinCount;
        return new FlounderingCalibration(
            rows.Length, Reliability.Of([.. rows.Select(row => row.Score)], [.. rows.Select(row => row.Label)]),
            Bootstrap.ByUser([.. rows.Select(row => row.Id)], seed, weights =>
            {
                double error = 0, all = 0;
                for (var start = 0; start < rows.Length; start += size)
                {
                    double gap = 0;
                    for (var i = start; i < Math.Min(rows.Length, start + size); i++)
                    {
                        gap += weights[i] * (rows[i].Score - (rows[i].Label ? 1 : 0));
                        all += weights[i];
                    }
                    error += Math.Abs(gap);
                }
                return error / all;
            }));
    }
}
