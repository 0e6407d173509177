using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Evaluation;
using Engagement.Training.Trainers;

namespace Engagement.Training.Floundering;

/// <summary>A trained and calibrated model, still with its trainer.</summary>
public sealed record FlounderingModel(ITrainedTrees Trained, TreeEnsembleArrays Arrays, TrainerSettings Settings, PlattLink Link) : IDisposable
{
    public void Dispose() => Trained.Dispose();
}

/// <summary>
/// Learns P(floundering now) from simulated sessions. (1) Whole worlds are left out: what a world's sessions get, a model of the other worlds says. (2) Its link is
/// fitted on margins for worlds left out once more among those others. (3) The released model is fitted and linked in the same way on all worlds. Settings are fixed
/// beforehand, none is chosen by result. Not thread-safe.
/// </summary>
public sealed class FlounderingStudy(ITrainer trainer, IReadOnlyList<FlounderingSession> sessions, long seed)
{
    private readonly string[] _worlds = [.. sessions.Select(session => session.Group).Distinct()];

    /// <summary>100 trees, as many as may be, small steps, and no leaf of few rows: the worlds differ more than their sessions do.</summary>
    public static TrainerSettings SettingsOf(long seed) => new(100, 4, 0.1f, 20, 10, seed)
    {
        RowShare = 0.7f,
        ColumnShare = 0.7f,
        Rising = [.. FlounderingFeatures.Rising.Select(feature => (int)feature)],
        Falling = [.. FlounderingFeatures.Falling.Select(feature => (int)feature)],
    };

    /// <summary>Steps (1) and (2): for each session the probability after each of its events, by a model that has not seen its world.</summary>
    public Dictionary<string, float[]> ScoreUnseen(Action? done = null)
    {
        var scores = new Dictionary<string, float[]>();
        foreach (var world in _worlds)
        {
            using var model = Fit([.. _worlds.Where(other => other != world)]);
            Score(scores, world, model.Trained, [], model.Link);
            done?.Invoke();
        }
        return scores;
    }

    /// <summary>Step (1) without some features and without a link: for the order of sessions only.</summary>
    public Dictionary<string, float[]> ScoreUnseenWithout(Feature[] without)
    {
        var scores = new Dictionary<string, float[]>();
        foreach (var world in _worlds)
        {
            using var trained = Train([.. _worlds.Where(other => other != world)], without, SettingsOf(seed));
            Score(scores, world, trained, without, PlattLink.None);
        }
        return scores;
    }

    /// <summary>Step (3): the model to release.</summary>
    public FlounderingModel TrainOnAll() => Fit(_worlds);

    /// <summary>The sessions' rows as the trainer sees them: what is not visible is missing.</summary>
    public static TrainingMatrix Matrix(IReadOnlyList<FlounderingSession> of, Feature[] without)
    {
        var visible = FlounderingFeatures.Visible.Except(without).Select(feature => (int)feature).ToArray();
        var rows = of.Sum(session => session.Rows.Length);
        var values = new float[rows * FeatureSchema.Count];
        Array.Fill(values, float.NaN);
        var labels = new float[rows];
        var weights = new float[rows];
        Array.Fill(weights, 1);
        var at = 0;
        foreach (var session in of)
        {
            for (var i = 0; i < session.Rows.Length; i++, at++)
            {
                foreach (var feature in visible) values[at * FeatureSchema.Count + feature] = session.Rows[i][feature];
                labels[at] = i < session.RowLabels.Length && session.RowLabels[i] ? 1 : 0;
            }
        }
        return new TrainingMatrix(values, FeatureSchema.Count, labels, weights);
    }

    private FlounderingModel Fit(string[] worlds)
    {
        if (worlds.Length < 2) throw new TrainingException("Two worlds at least: the link is fitted on worlds left out.");
        var settings = SettingsOf(seed);
        var margins = new List<float>();
        var labels = new List<bool>();
        foreach (var world in worlds)
        {
            var test = Matrix([.. sessions.Where(session => session.Group == world)], []);
            using var inner = Train([.. worlds.Where(other => other != world)], [], settings);
            margins.AddRange(inner.Margins(test));
            labels.AddRange(test.Labels.Select(label => label > 0));
        }
        var link = PlattCalibration.Fit([.. margins], [.. labels]);
        var trained = Train(worlds, [], settings);
        return new FlounderingModel(trained, trained.Export() with { CalibrationA = link.A, CalibrationB = link.B }, settings, link);
    }

    private void Score(Dictionary<string, float[]> scores, string world, ITrainedTrees trained, Feature[] without, PlattLink link)
    {
        var own = sessions.Where(session => session.Group == world).ToArray();
        var margins = trained.Margins(Matrix(own, without));
        var at = 0;
        foreach (var session in own)
        {
            scores[session.Id] = [.. margins.AsSpan(at, session.Rows.Length).ToArray().Select(link.Probability)];
            at += session.Rows.Length;
        }
    }

    private ITrainedTrees Train(string[] worlds, Feature[] without, TrainerSettings settings) =>
        trainer.Train(Matrix([.. sessions.Where(session => worlds.Contains(session.Group))], without), settings);
}
