using Engagement.Training.Trainers.XGBoost;

namespace Core.Tests.Training;

/// <summary>A test that needs XGBoost's library; skipped, saying so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresXGBoostFactAttribute : FactAttribute
{
    public RequiresXGBoostFactAttribute()
    {
        if (!XGBoostTrainer.IsAvailable) Skip = "XGBoost is not installed (apt-get install libxgboost0).";
    }
}
