// TensorFlow operations of Touchstone's own, for passes that TensorFlow composes out of many sweeps over the images. They are
// registered through TensorFlow's C interface when the binding, into which these files are compiled, is loaded. float32, on the
// processor only; images are [B, H, W, C]. tensorflow-kernels/ calls them; each has a parity test against the composed form.
#include "operations.h"

#include "tensorflow/c/ops.h"

namespace touchstone {
namespace {

void unknown_shapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

void register_operation(const Operation& operation) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char* attribute : operation.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, &unknown_shapes);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* kernel =
        TF_NewKernelBuilder(operation.name, "CPU", operation.create, operation.compute, operation.destroy);
    TF_RegisterKernelBuilder(operation.name, kernel, status);
  }
  TF_DeleteStatus(status);
}

// Runs when the binding is loaded, before its first call.
const bool are_registered = [] {
  for (const auto& operations :
       {blending_operations(), cross_entropy_operations(), descent_operations(), example_operations(), normalisation_operations(),
        pooling_operations(), sum_operations()})
    for (const Operation& operation : operations) register_operation(operation);
  return true;
}();

}  // namespace
}  // namespace touchstone
