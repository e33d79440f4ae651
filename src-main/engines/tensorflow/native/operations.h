// What the operations share: how they get at their inputs and outputs, and how they are described to be registered.
#pragma once

#include <cstdint>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"
#include "threads.h"

// In front of a loop over floats: compiled for several generations of processors, chosen when the library is loaded.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define FOR_EACH_PROCESSOR
#endif

namespace touchstone {

class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

  int input_count() const { return TF_NumInputs(context_); }

  TF_Tensor* input(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    return keep(tensor);
  }

  TF_Tensor* output(int index, TF_DataType type, const std::vector<int64_t>& shape) {
    int64_t size = 4;  // bytes of both types in use
    for (int64_t length : shape) size *= length;
    return keep(TF_AllocateOutput(context_, index, type, shape.data(), static_cast<int>(shape.size()), size, status_));
  }

  // Reports what went wrong, or the given words, to TensorFlow.
  void fail(const char* message = nullptr) {
    if (message != nullptr) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
    TF_OpKernelContext_Failure(context_, status_);
  }

  bool ok() const { return TF_GetCode(status_) == TF_OK; }

 private:
  TF_Tensor* keep(TF_Tensor* tensor) {
    if (tensor != nullptr) tensors_.push_back(tensor);
    return tensor;
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
};

template <typename T>
T* data(TF_Tensor* tensor) {
  return static_cast<T*>(TF_TensorData(tensor));
}

struct Images {
  int64_t batch, height, width, channels;
  int64_t pixels() const { return height * width; }
  int64_t image() const { return pixels() * channels; }
};

inline bool read_images(TF_Tensor* tensor, Images* size) {
  if (tensor == nullptr || TF_NumDims(tensor) != 4) return false;
  *size = {TF_Dim(tensor, 0), TF_Dim(tensor, 1), TF_Dim(tensor, 2), TF_Dim(tensor, 3)};
  return true;
}

inline bool has_count(TF_Tensor* tensor, int64_t count) {
  return tensor != nullptr && TF_TensorElementCount(tensor) == count;
}

struct Operation {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*destroy)(void*);
};

std::vector<Operation> blending_operations();
std::vector<Operation> cross_entropy_operations();
std::vector<Operation> descent_operations();
std::vector<Operation> example_operations();
std::vector<Operation> normalisation_operations();
std::vector<Operation> pooling_operations();
std::vector<Operation> sum_operations();

}  // namespace touchstone
