using Engagement.Core.Scoring;
using Engagement.Training.Floundering;

namespace Engagement.Training.Report;

internal static class FlounderingCardWriter
{
    public static string Write(TreeEnsemble model, FlounderingFigures figures) => "";
}
