namespace Engagement.Training;

/// <summary>Why a verb cannot go on: a cause that its user can do something about, in one sentence that says what. Printed without a stack.</summary>
public sealed class TrainingException(string message, Exception? cause = null) : Exception(message, cause);
